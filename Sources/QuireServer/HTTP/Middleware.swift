import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Quire

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id")!
}

/// Gives every request an id, the caller's where it has a usable one, and says it in the answer and in the log.
struct RequestIDMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = request.headers[.requestID].flatMap(Self.usable) ?? Self.fresh()
        // In the place of the library's own id.
        context.logger[metadataKey: "hb.request.id"] = nil
        context.logger[metadataKey: "request"] = .string(context.requestID)
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }

    /// Ids become part of logs and of answers.
    private static func usable(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        return isPlain && !id.isEmpty && id.utf8.count <= 128 ? id : nil
    }

    private static func fresh() -> String { UUID().uuidString.lowercased().replacing("-", with: "") }
}

/// Turns errors into OpenAI's error objects, and writes a line of log for each request.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = ServerContext

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = Self.response(Self.apiError(error, request), context)
        }
        context.logger.info(
            "\(request.method) \(request.uri.path)",
            metadata: [
                "status": .stringConvertible(response.status.code),
                "milliseconds": .stringConvertible(((ContinuousClock.now - start).seconds * 1e6).rounded() / 1e3),
            ])
        return response
    }

    private static func apiError(_ error: any Error, _ request: Request) -> APIError {
        guard let error = error as? any HTTPResponseError else { return APIError(error) }
        switch error.status {
        case .notFound:
            return APIError(
                status: .notFound,
                message: "there is no \(request.method) \(request.uri.path.printable.shortened(to: 200))",
                code: "unknown_url")
        case .contentTooLarge:
            return APIError(
                status: .contentTooLarge, message: "the body is larger than --max-body-size allows",
                code: "body_too_large")
        default:
            let detail = (error as? HTTPError)?.body ?? error.status.reasonPhrase
            return APIError(
                status: error.status, message: detail,
                type: error.status.code < 500 ? "invalid_request_error" : "server_error")
        }
    }

    private static func response(_ error: APIError, _ context: ServerContext) -> Response {
        var response = Response(json: error.json, status: error.status)
        if let seconds = error.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        if error.status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if error.status.code >= 500 { context.logger.error("\(error.message)") }
        return response
    }
}

/// Lets in who has one of the keys.
struct KeyMiddleware: RouterMiddleware {
    typealias Context = ServerContext
    let keys: APIKeys

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if !keys.isEmpty {
            guard let presented = Self.bearer(request) else {
                throw APIError(
                    status: .unauthorized, message: "an API key is needed: Authorization: Bearer KEY",
                    type: "authentication_error", code: "missing_api_key")
            }
            guard let scope = keys.scope(of: presented) else {
                throw APIError(
                    status: .unauthorized, message: "the API key is not one of this server's",
                    type: "authentication_error", code: "invalid_api_key")
            }
            context.keyScope = scope
        }
        return try await next(request, context)
    }

    private static func bearer(_ request: Request) -> String? {
        guard let value = request.headers[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1]).trimmingCharacters(in: .whitespaces)
    }
}

/// Lets pages of other origins read answers, those that the options name.
struct OriginMiddleware: RouterMiddleware {
    typealias Context = ServerContext
    let origins: [String]

    func handle(
        _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        let isAllowed = origins.contains("*") || origins.contains(origin)
        let isPreflight = request.method == .options && request.headers[.accessControlRequestMethod] != nil
        var response = isPreflight ? Response(status: .noContent) : try await next(request, context)
        response.headers[.vary] = "Origin"
        guard isAllowed else { return response }
        response.headers[.accessControlAllowOrigin] = origins.contains("*") ? "*" : origin
        response.headers[.accessControlExposeHeaders] = "X-Request-Id, Retry-After"
        if isPreflight {
            response.headers[.accessControlAllowMethods] = "GET, POST, OPTIONS"
            response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, X-Request-Id"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }
}
