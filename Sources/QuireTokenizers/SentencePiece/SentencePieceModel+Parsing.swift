extension SentencePieceModel {
    /// Reads a `ModelProto`.
    static func parse(_ bytes: [UInt8]) throws(TokenizerError) -> SentencePieceModel {
        var pieces = PieceList()
        var trainer = TrainerSpec()
        var normalizer = NormalizerFields()
        var reader = WireReader(bytes[...], context: "model")
        while !reader.isAtEnd {
            let (field, type) = try reader.readTag()
            switch field {
            case 1: try pieces.append(reader.bytes(type, "pieces"))
            case 2: try trainer.read(reader.bytes(type, "trainer_spec"))
            case 3: try normalizer.read(reader.bytes(type, "normalizer_spec"))
            case 5: try refuseDenormalizer(reader.bytes(type, "denormalizer_spec"))
            default: try reader.skip(type)
            }
        }
        let kind = try trainer.kind()
        let vocabulary = try SentencePieceVocabulary(
            pieces: pieces.spellings, scores: pieces.scores, types: pieces.types,
            unknownSurface: trainer.unknownSurface)
        guard trainer.byteFallback == vocabulary.hasByteFallback else {
            throw TokenizerError(
                field: "trainer_spec.byte_fallback", value: "\(trainer.byteFallback)",
                expected: vocabulary.hasByteFallback ? "true, since there are byte pieces" : "byte pieces, or false")
        }
        return SentencePieceModel(
            kind: kind, vocabulary: vocabulary,
            normalizer: try normalizer.spec(treatWhitespaceAsSuffix: trainer.treatWhitespaceAsSuffix),
            specialTokens: trainer.specialTokens(in: vocabulary))
    }

    /// Denormalisation rewrites text that was already given out, which a stream cannot do.
    private static func refuseDenormalizer(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
        var fields = NormalizerFields(context: "denormalizer_spec")
        try fields.read(bytes)
        guard fields.characterMap.isEmpty else {
            throw TokenizerError(
                field: "denormalizer_spec.precompiled_charsmap", value: "\(fields.characterMap.count) bytes",
                expected: "none: denormalisation is not supported")
        }
    }
}

/// The repeated field `pieces`, column by column.
private struct PieceList {
    var spellings: [String] = []
    var scores: [Float] = []
    var types: [PieceType] = []

    mutating func append(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
        var spelling = ""
        var score: Float = 0
        var pieceType = PieceType.normal
        var reader = WireReader(bytes, context: "pieces[\(spellings.count)]")
        while !reader.isAtEnd {
            let (field, type) = try reader.readTag()
            switch field {
            case 1: spelling = try reader.string(type, "piece")
            case 2: score = try reader.float(type, "score")
            case 3:
                let raw = try reader.int32(type, "type")
                guard let known = PieceType(rawValue: raw) else {
                    throw TokenizerError(
                        field: "\(reader.context).type", value: "\(raw)",
                        expected: "1 (NORMAL), 2 (UNKNOWN), 3 (CONTROL), 4 (USER_DEFINED), 5 (UNUSED) or 6 (BYTE)")
                }
                pieceType = known
            default: try reader.skip(type)
            }
        }
        spellings.append(spelling)
        scores.append(score)
        types.append(pieceType)
    }
}
