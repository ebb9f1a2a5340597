import Hummingbird
import QuireJSON

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
