import Foundation
import HTTPTypes
import Hummingbird

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

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id")!
}
