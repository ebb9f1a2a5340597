/// The text of a completion as it grows, watched for stop texts; what may still become part of one is held back.
struct StoppingText: Sendable {
    private var stream: any TextStream
    private let stops: [[UInt8]]
    private let includesStop: Bool
    /// All text so far, as UTF-8: stop texts are compared byte by byte.
    private var bytes: [UInt8] = []
    private var emitted = 0

    init(stream: any TextStream, stops: [String], includesStop: Bool) {
        self.stream = stream
        self.stops = stops.map { Array($0.utf8) }
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
        let searchedFrom = bytes.count
        bytes.append(contentsOf: new.utf8)
        guard !stops.isEmpty else { return (emit(upTo: bytes.count), nil) }
        if mayStop, let (range, stop) = firstStop(from: searchedFrom) {
            let end = includesStop ? range.upperBound : range.lowerBound
            bytes.removeSubrange(end...)
            return (emit(upTo: end), stop)
        }
        return (emit(upTo: bytes.count - heldBack), nil)
    }

    /// The stop text that ends first in the new bytes; of several the one that begins first.
    private func firstStop(from start: Int) -> (Range<Int>, String)? {
        for end in start..<bytes.count {
            var best: [UInt8]?
            for stop in stops where stop.count <= end + 1 && stop.count > (best?.count ?? 0) {
                if bytes[(end + 1 - stop.count)...end].elementsEqual(stop) { best = stop }
            }
            if let best { return ((end + 1 - best.count)..<(end + 1), String(decoding: best, as: UTF8.self)) }
        }
        return nil
    }

    /// Bytes at the end that are the beginning of a stop text.
    private var heldBack: Int {
        let longest = (stops.map(\.count).max() ?? 1) - 1
        for length in stride(from: min(longest, bytes.count - emitted), to: 0, by: -1) {
            let tail = bytes[(bytes.count - length)...]
            if stops.contains(where: { $0.count > length && $0.starts(with: tail) }) { return length }
        }
        return 0
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
