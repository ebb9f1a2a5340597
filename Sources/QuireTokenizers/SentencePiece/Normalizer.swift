/// Prepares text for segmentation as a `NormalizerSpec` says.
struct Normalizer: Sendable {
    private let spec: NormalizerSpec
    /// User-defined pieces pass through untouched; nil where there are none.
    private let userDefined: ByteTrie?
    private let space: [UInt8]

    static let space: [UInt8] = Array("\u{2581}".utf8)

    init(_ spec: NormalizerSpec, userDefined: ByteTrie?) {
        self.spec = spec
        self.userDefined = userDefined
        space = spec.escapeWhitespaces ? Self.space : [0x20]
    }

    /// A stretch of input and what it becomes; nil where it stays as it is.
    private struct Chunk {
        var length: Int
        var replacement: ArraySlice<UInt8>?
    }

    /// The normalized form of `text`, which is valid UTF-8 if `text` is.
    func normalize(_ text: UnsafeBufferPointer<UInt8>, recordsOrigins: Bool = false) -> NormalizedText {
        var result = NormalizedText(space: space, recordsOrigins: recordsOrigins)
        var position = spec.removeExtraWhitespaces ? endOfLeadingSpaces(text) : 0
        if position == text.count { return result }
        result.reserve(text.count - position)
        if spec.addDummyPrefix, !spec.treatWhitespaceAsSuffix { result.appendSpace(from: position) }
        var followsSpace = spec.removeExtraWhitespaces
        while position < text.count {
            let chunk = chunk(of: text, at: position)
            if let replacement = chunk.replacement {
                replacement.withUnsafeBufferPointer {
                    append($0, from: position, followsSpace: &followsSpace, to: &result)
                }
            } else {
                let original = UnsafeBufferPointer(rebasing: text[position..<position + chunk.length])
                append(original, from: position, followsSpace: &followsSpace, to: &result)
            }
            position += chunk.length
        }
        if spec.removeExtraWhitespaces { position = result.removeTrailingSpaces(endingAt: position) }
        if spec.addDummyPrefix, spec.treatWhitespaceAsSuffix { result.appendSpace(from: position) }
        result.close(at: position)
        return result
    }

    @inline(__always)
    private func append(
        _ bytes: UnsafeBufferPointer<UInt8>, from origin: Int, followsSpace: inout Bool, to result: inout NormalizedText
    ) {
        for byte in bytes {
            if byte == 0x20 {
                if !followsSpace { result.appendSpace(from: origin) }
            } else {
                result.append(byte, from: origin)
                followsSpace = false
            }
        }
        // Only the spaces that lead a chunk are dropped; those inside it are kept.
        if spec.removeExtraWhitespaces, bytes.last == 0x20 { followsSpace = true }
    }

    private func endOfLeadingSpaces(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var position = 0
        while position < text.count {
            let chunk = chunk(of: text, at: position)
            let original = text[position..<position + chunk.length]
            let isSpace = chunk.replacement?.elementsEqual([0x20]) ?? original.elementsEqual([0x20])
            if !isSpace { break }
            position += chunk.length
        }
        return position
    }

    @inline(__always)
    private func chunk(of text: UnsafeBufferPointer<UInt8>, at position: Int) -> Chunk {
        if let match = userDefined?.longestMatch(in: text, at: position) {
            return Chunk(length: match.end - position)
        }
        if let match = spec.characterMap?.longestMatch(in: text, at: position) {
            return Chunk(length: match.length, replacement: match.replacement)
        }
        // A key may end inside a character; what is left of it is not text.
        guard case .character(let length) = UTF8Scan.at(position, in: text) else {
            return Chunk(length: 1, replacement: UTF8Scan.replacement[...])
        }
        return Chunk(length: length)
    }
}

/// Normalized bytes and, on request, where in the input each comes from.
struct NormalizedText {
    private(set) var bytes: [UInt8] = []
    /// The input offset of every byte, then that of the end; empty unless recorded.
    private(set) var origins: [Int] = []
    private let space: [UInt8]
    private let recordsOrigins: Bool

    init(space: [UInt8], recordsOrigins: Bool) {
        self.space = space
        self.recordsOrigins = recordsOrigins
    }

    mutating func reserve(_ inputCount: Int) {
        bytes.reserveCapacity(inputCount + inputCount / 2)
    }

    @inline(__always)
    mutating func append(_ byte: UInt8, from origin: Int) {
        bytes.append(byte)
        if recordsOrigins { origins.append(origin) }
    }

    @inline(__always)
    mutating func appendSpace(from origin: Int) {
        for byte in space {
            append(byte, from: origin)
        }
    }

    /// Drops spaces from the end and returns the input offset where the text now ends.
    mutating func removeTrailingSpaces(endingAt end: Int) -> Int {
        var end = end
        while bytes.suffix(space.count).elementsEqual(space) {
            bytes.removeLast(space.count)
            guard recordsOrigins else { continue }
            end = origins[bytes.count]
            origins.removeLast(space.count)
        }
        return end
    }

    mutating func close(at end: Int) {
        if recordsOrigins { origins.append(end) }
    }
}
