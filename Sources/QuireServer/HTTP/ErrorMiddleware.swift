import HTTPTypes
import Hummingbird
import Logging
import Quire

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
        if error.status.code >= 500 { context.logger.error(error.logged) }
        return response
    }
}
