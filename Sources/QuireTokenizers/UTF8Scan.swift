/// What stands at a place in a byte string that may be cut off or broken.
enum UTF8Scan: Equatable {
    /// A whole character of this many bytes.
    case character(Int)
    /// The beginning of a character, valid as far as it goes.
    case unfinished
    /// A byte that no continuation can make valid.
    case invalid

    /// Looks at the character that starts at `position`.
    ///
    /// Source: Unicode 15, table 3-7, "Well-Formed UTF-8 Byte Sequences".
    static func at(_ position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> UTF8Scan {
        let lead = bytes[position]
        if lead < 0x80 { return .character(1) }
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: return .invalid
        }
        for offset in 1..<length {
            guard position + offset < bytes.count else { return .unfinished }
            let allowed = offset == 1 ? second : 0x80...0xBF
            guard allowed.contains(bytes[position + offset]) else { return .invalid }
        }
        return .character(length)
    }

    /// Moves whole characters from `pending` to `text`, and a U+FFFD for bytes that are part of none.
    ///
    /// - Parameters:
    ///   - isFinal: no byte follows, so that a beginning is broken, too.
    ///   - brokenLength: how many bytes from a position on one U+FFFD stands for.
    static func moveCharacters(
        from pending: inout [UInt8], to text: inout [UInt8], isFinal: Bool,
        brokenLength: (Int, UnsafeBufferPointer<UInt8>) -> Int
    ) {
        var position = 0
        pending.withUnsafeBufferPointer { bytes in
            while position < bytes.count {
                switch at(position, in: bytes) {
                case .character(let length):
                    text += bytes[position..<position + length]
                    position += length
                case .unfinished where !isFinal:
                    return
                case .unfinished, .invalid:
                    text += replacement
                    position += brokenLength(position, bytes)
                }
            }
        }
        pending.removeFirst(position)
    }

    /// How many bytes from `position` on begin a character and break off, at least one.
    static func brokenLength(at position: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var length = 1
        while position + length < bytes.count {
            let part = UnsafeBufferPointer(rebasing: bytes[position...position + length])
            guard at(0, in: part) == .unfinished else { break }
            length += 1
        }
        return length
    }

    /// The length of a character in text known to be valid UTF-8, from its first byte.
    @inline(__always)
    static func length(lead: UInt8) -> Int {
        lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// The character that starts at `position` in text known to be valid UTF-8.
    @inline(__always)
    static func scalar(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> (scalar: UInt32, length: Int) {
        let lead = UInt32(text[position])
        if lead < 0x80 { return (lead, 1) }
        func tail(_ offset: Int) -> UInt32 { UInt32(text[position + offset] & 0x3F) }
        if lead < 0xE0 { return ((lead & 0x1F) << 6 | tail(1), 2) }
        if lead < 0xF0 { return ((lead & 0x0F) << 12 | tail(1) << 6 | tail(2), 3) }
        return ((lead & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3), 4)
    }

    /// Where the character before `position` starts in text known to be valid UTF-8.
    @inline(__always)
    static func start(before position: Int, in text: UnsafeBufferPointer<UInt8>) -> Int {
        var start = position - 1
        while start > 0, text[start] & 0xC0 == 0x80 {
            start -= 1
        }
        return start
    }

    /// Whether `bytes` is valid UTF-8 from beginning to end.
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var position = 0
        while position < bytes.count {
            guard case .character(let length) = at(position, in: bytes) else { return false }
            position += length
        }
        return true
    }

    /// U+FFFD, which stands for one byte that belongs to no character.
    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
}
