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

/// Writes server-sent events.
struct EventWriter {
    private var body: any ResponseBodyWriter
    private var buffer = ByteBuffer()

    init(_ body: any ResponseBodyWriter) { self.body = body }

    /// Adds an event, which goes out with `flush`.
    mutating func add(_ data: JSONValue, event: String? = nil) {
        if let event { buffer.writeString("event: \(event)\n") }
        buffer.writeString("data: ")
        buffer.writeString(data.text)
        buffer.writeString("\n\n")
    }

    /// The event that ends OpenAI's streams.
    mutating func addDone() { buffer.writeString("data: [DONE]\n\n") }

    /// Sends what was added, in one piece; waits while the reader is slow.
    mutating func flush() async throws {
        guard buffer.readableBytes > 0 else { return }
        try await body.write(buffer)
        buffer.clear()
    }
}
