import QuireFormats

/// A made-up SentencePiece vocabulary: all bytes, then short runs of letters with and without a space before them.
///
/// Any text can be encoded, and tokens are a few letters long as they are in real vocabularies.
struct RandomVocabulary {
    private let pieces: [String]
    private let types: [Int32]

    private static let letters = (UInt8(ascii: "a")...UInt8(ascii: "z")).map { String(Unicode.Scalar($0)) }

    init(count: Int) {
        var pieces = ["<unk>", "<s>", "</s>"]
        var types: [Int32] = [2, 3, 3]
        for byte in 0..<256 {
            let digits = String(byte, radix: 16, uppercase: true)
            pieces.append("<0x\(byte < 16 ? "0" : "")\(digits)>")
            types.append(6)
        }
        // A piece is found only if its parts are pieces too, so that shorter ones come first.
        var runs = ["\u{2581}"]
        var longest = [""]
        while pieces.count + runs.count < count {
            longest = longest.flatMap { run in Self.letters.map { run + $0 } }
            for run in longest { runs += [run, "\u{2581}" + run] }
        }
        pieces += runs.prefix(count - pieces.count)
        types += [Int32](repeating: 1, count: pieces.count - types.count)
        self.pieces = pieces
        self.types = types
    }

    var metadata: [(key: String, value: GGUFValue)] {
        [
            ("tokenizer.ggml.model", .string("llama")),
            ("tokenizer.ggml.pre", .string("default")),
            ("tokenizer.ggml.tokens", .strings(pieces)),
            ("tokenizer.ggml.scores", .floats(pieces.indices.map { -Float($0) })),
            ("tokenizer.ggml.token_type", .int32s(types)),
            ("tokenizer.ggml.bos_token_id", .uint32(1)),
            ("tokenizer.ggml.eos_token_id", .uint32(2)),
            ("tokenizer.ggml.unknown_token_id", .uint32(0)),
            ("tokenizer.ggml.add_bos_token", .bool(true)),
            ("tokenizer.ggml.add_eos_token", .bool(false)),
            ("tokenizer.ggml.add_space_prefix", .bool(true)),
        ]
    }
}
