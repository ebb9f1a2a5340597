import Hummingbird

extension BodyFields {
    /// Reads a request's body.
    ///
    /// - Parameter limit: bytes.
    /// - Throws: `APIError` for another type of content or what is no JSON object; Hummingbird's error for what is too long.
    init(of request: Request, limit: Int) async throws {
        if let type = request.headers[.contentType], !type.lowercased().contains("json") {
            throw APIError(
                status: .unsupportedMediaType, message: "the body is sent as \(type); expected application/json",
                code: "unsupported_media_type")
        }
        let buffer = try await request.body.collect(upTo: limit)
        try self.init(parsing: buffer.readableBytesView)
    }
}
