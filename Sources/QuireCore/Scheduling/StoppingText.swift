/// The text of a completion as it grows, watched for stop texts; what may still become part of one is held back.
struct StoppingText: Sendable {
    private var stream: any TextStream
    private let stops: StopAutomaton
    private let includesStop: Bool
    private var state: StopAutomaton.State = 0
    /// All text so far, as UTF-8: stop texts are compared byte by byte.
    private var bytes: [UInt8] = []
    private var emitted = 0

    init(stream: any TextStream, stops: StopAutomaton, includesStop: Bool) {
        self.stream = stream
        self.stops = stops
        self.includesStop = includesStop
    }

    /// The text that has been handed out.
    var text: String { String(decoding: bytes[..<emitted], as: UTF8.self) }

    /// Adds a token.
    ///
    /// - Parameter mayStop: whether stop texts that end in this token's text count.
    /// - Returns: text to hand out now, and the stop text that was met, which ends the completion.
    mutating func append(_ token: TokenID, mayStop: Bool) -> (text: String, stop: String?) {
        add(stream.append(token), mayStop: mayStop)
    }

    /// Hands out what was held back; no token follows.
    mutating func finish() -> (text: String, stop: String?) {
        let (text, stop) = add(stream.finish(), mayStop: true)
        if stop != nil { return (text, stop) }
        return (text + emit(upTo: bytes.count), nil)
    }

    private mutating func add(_ new: String, mayStop: Bool) -> (text: String, stop: String?) {
        guard !stops.isEmpty else {
            bytes.append(contentsOf: new.utf8)
            return (emit(upTo: bytes.count), nil)
        }
        for byte in new.utf8 {
            bytes.append(byte)
            state = stops.state(after: state, byte)
            // The text that ends first counts; of several that end here the one that begins first.
            guard mayStop, let (stop, length) = stops.match(state) else { continue }
            let end = includesStop ? bytes.count : bytes.count - length
            bytes.removeSubrange(end...)
            return (emit(upTo: end), stop)
        }
        return (emit(upTo: bytes.count - stops.heldBytes(state)), nil)
    }

    private mutating func emit(upTo end: Int) -> String {
        guard end > emitted else { return "" }
        // Never between the bytes of one character.
        var cut = end
        while cut > emitted, cut < bytes.count, bytes[cut] & 0xC0 == 0x80 { cut -= 1 }
        defer { emitted = cut }
        return String(decoding: bytes[emitted..<cut], as: UTF8.self)
    }
}
