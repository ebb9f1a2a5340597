/// Puts spaces back, but for those of the first piece, which encoding put there.
struct MetaspaceDecoder: DecoderSpec {
    let replacement: [UInt8]
    let dropsLeading: Bool

    func makeSteps(continuing: Bool) -> [any TokenDecoder] {
        [Step(replacement: replacement, isFirst: dropsLeading && !continuing)]
    }

    private struct Step: TokenDecoder {
        let replacement: [UInt8]
        var isFirst: Bool

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            pieces.append(piece.replacing(replacement, with: isFirst ? [] : [0x20]))
            isFirst = false
        }
    }
}

/// Replaces what matches in each piece.
struct ReplaceDecoder: DecoderSpec {
    let pattern: SplitPattern
    let content: [UInt8]

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step(spec: self)] }

    private struct Step: TokenDecoder {
        let spec: ReplaceDecoder

        func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            var result: [UInt8] = []
            var position = 0
            piece.withUnsafeBufferPointer { bytes in
                spec.pattern.forEachMatch(in: bytes) { match in
                    result += piece[position..<match.lowerBound] + spec.content
                    position = match.upperBound
                }
            }
            pieces.append(result + piece[position...])
        }
    }
}

/// Joins all pieces into one, for the steps after it.
struct FuseDecoder: DecoderSpec {
    var fuses: Bool { true }

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [] }
}

/// Drops up to so many of a character at the ends of each piece.
struct StripDecoder: DecoderSpec {
    let content: [UInt8]
    let start: Int
    let stop: Int

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step(spec: self)] }

    private struct Step: TokenDecoder {
        let spec: StripDecoder

        func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            var rest = piece[...]
            for _ in 0..<spec.start where rest.starts(with: spec.content) {
                rest = rest.dropFirst(spec.content.count)
            }
            for _ in 0..<spec.stop where rest.suffix(spec.content.count).elementsEqual(spec.content) {
                rest = rest.dropLast(spec.content.count)
            }
            pieces.append(Array(rest))
        }
    }
}

/// As `StripDecoder` for a piece that comes in parts.
struct FusedStrip: TokenDecoder {
    private let spec: StripDecoder
    /// How many may still be dropped at the beginning.
    private var startsLeft: Int
    private var pending: [UInt8] = []

    init(_ spec: StripDecoder, continuing: Bool) {
        self.spec = spec
        startsLeft = continuing ? 0 : spec.start
    }

    mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
        pending += piece
        while startsLeft > 0, pending.starts(with: spec.content) {
            pending.removeFirst(spec.content.count)
            startsLeft -= 1
        }
        if !pending.isEmpty { startsLeft = 0 }
        // What may turn out to be the end is kept.
        var kept = 0
        let width = spec.content.count
        while kept < spec.stop, pending.dropLast(kept * width).suffix(width).elementsEqual(spec.content) {
            kept += 1
        }
        let certain = pending.dropLast(kept * width)
        if !certain.isEmpty { pieces.append(Array(certain)) }
        pending.removeFirst(certain.count)
    }
}
