import HTTPTypes
import Hummingbird
import QuireJSON

extension Response {
    /// A JSON document.
    init(json: JSONValue, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.text)))
    }

    /// A text of another type.
    init(_ text: String, type: String, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// Events as they come (server-sent events), until the writer returns.
    static func events(
        _ write: @escaping @Sendable (inout EventWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache",
                // Proxies would hold events back otherwise.
                HTTPField.Name("X-Accel-Buffering")!: "no",
            ],
            body: ResponseBody { body in
                var writer = EventWriter(body)
                try await write(&writer)
                try await body.finish(nil)
            })
    }
}
