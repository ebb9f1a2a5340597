import Foundation
import Hummingbird

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
