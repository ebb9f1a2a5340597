/// Joins pieces with their prefix to the word before them, and puts spaces before all others.
struct WordPieceDecoder: DecoderSpec {
    let prefix: [UInt8]
    let cleansUp: Bool

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step(spec: self, isFirst: !continuing)] }

    private struct Step: TokenDecoder {
        let spec: WordPieceDecoder
        var isFirst: Bool

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            var piece = piece
            if !isFirst {
                if piece.starts(with: spec.prefix) {
                    piece.removeFirst(spec.prefix.count)
                } else {
                    piece.insert(0x20, at: 0)
                }
            }
            isFirst = false
            pieces.append(spec.cleansUp ? CleanUp.cleaned(piece) : piece)
        }
    }
}

/// Takes away the spaces that splitting at punctuation leaves behind.
///
/// Source: `clean_up_tokenization` in transformers.
enum CleanUp {
    private static let replacements: [([UInt8], [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.utf8), Array($1.utf8)) }

    static func cleaned(_ piece: [UInt8]) -> [UInt8] {
        replacements.reduce(piece) { $0.replacing($1.0, with: $1.1) }
    }
}

/// Pieces that end a word have a suffix, which becomes a space, but for the last.
struct BPEDecoder: DecoderSpec {
    let suffix: [UInt8]

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step(suffix: suffix)] }

    private struct Step: TokenDecoder {
        let suffix: [UInt8]
        private var last: [UInt8]?

        init(suffix: [UInt8]) {
            self.suffix = suffix
        }

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            if let last { pieces.append(last.replacing(suffix, with: [0x20])) }
            last = piece
        }

        mutating func finish(into pieces: inout [[UInt8]]) {
            if let last { pieces.append(last.replacing(suffix, with: [])) }
            last = nil
        }
    }
}

/// Speech models say a piece several times, and a pad between two that are alike.
struct CTCDecoder: DecoderSpec {
    let pad: [UInt8]
    let wordDelimiter: [UInt8]
    let cleansUp: Bool

    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step(spec: self)] }

    private struct Step: TokenDecoder {
        let spec: CTCDecoder
        private var last: [UInt8]?

        init(spec: CTCDecoder) {
            self.spec = spec
        }

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            if piece == last { return }
            last = piece
            var text = piece.replacing(spec.pad, with: [])
            if spec.cleansUp {
                text = CleanUp.cleaned(text).replacing(spec.wordDelimiter, with: [0x20])
            }
            if !text.isEmpty { pieces.append(text) }
        }
    }
}

/// Spaces between pieces, for a tokenizer without a decoder.
struct SpacedDecoder: DecoderSpec {
    func makeSteps(continuing: Bool) -> [any TokenDecoder] { [Step(isFirst: !continuing)] }

    private struct Step: TokenDecoder {
        var isFirst: Bool

        mutating func append(_ piece: [UInt8], to pieces: inout [[UInt8]]) {
            pieces.append(isFirst ? piece : [0x20] + piece)
            isFirst = false
        }
    }
}
