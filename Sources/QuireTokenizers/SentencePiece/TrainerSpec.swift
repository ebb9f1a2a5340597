/// The fields of `TrainerSpec` that change how text is encoded.
struct TrainerSpec {
    private var modelType: Int32 = 1
    private(set) var treatWhitespaceAsSuffix = false
    private(set) var byteFallback = false
    private(set) var unknownSurface = " \u{2047} "
    private var bosPiece = "<s>"
    private var eosPiece = "</s>"
    private var padPiece = "<pad>"

    /// Reads a message; as in protobuf, one that appears again overrides field by field.
    mutating func read(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
        var reader = WireReader(bytes, context: "trainer_spec")
        while !reader.isAtEnd {
            let (field, type) = try reader.readTag()
            switch field {
            case 3: modelType = try reader.int32(type, "model_type")
            case 24: treatWhitespaceAsSuffix = try reader.bool(type, "treat_whitespace_as_suffix")
            case 35: byteFallback = try reader.bool(type, "byte_fallback")
            case 44: unknownSurface = try reader.string(type, "unk_surface")
            case 46: bosPiece = try reader.string(type, "bos_piece")
            case 47: eosPiece = try reader.string(type, "eos_piece")
            case 48: padPiece = try reader.string(type, "pad_piece")
            default: try reader.skip(type)
            }
        }
    }

    func kind() throws(TokenizerError) -> SentencePieceModel.Kind {
        if let kind = SentencePieceModel.Kind(rawValue: modelType) { return kind }
        let name = [3: "WORD", 4: "CHAR"][modelType] ?? "\(modelType)"
        throw TokenizerError(field: "trainer_spec.model_type", value: name, expected: "UNIGRAM or BPE")
    }

    func specialTokens(in vocabulary: SentencePieceVocabulary) -> SpecialTokens {
        func control(_ piece: String) -> TokenID? {
            let id = vocabulary.index.value(for: piece.utf8)
            return vocabulary.type(of: id) == .control ? id : nil
        }
        return SpecialTokens(
            bos: control(bosPiece), eos: control(eosPiece), unknown: vocabulary.unknownID, pad: control(padPiece))
    }
}

/// The fields of `NormalizerSpec` as the file has them.
struct NormalizerFields {
    var context = "normalizer_spec"
    private var name = ""
    private(set) var characterMap: ArraySlice<UInt8> = []
    private var addDummyPrefix = true
    private var removeExtraWhitespaces = true
    private var escapeWhitespaces = true

    init(context: String = "normalizer_spec") {
        self.context = context
    }

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(TokenizerError) {
        var reader = WireReader(bytes, context: context)
        while !reader.isAtEnd {
            let (field, type) = try reader.readTag()
            switch field {
            case 1: name = try reader.string(type, "name")
            case 2: characterMap = try reader.bytes(type, "precompiled_charsmap")
            case 3: addDummyPrefix = try reader.bool(type, "add_dummy_prefix")
            case 4: removeExtraWhitespaces = try reader.bool(type, "remove_extra_whitespaces")
            case 5: escapeWhitespaces = try reader.bool(type, "escape_whitespaces")
            default: try reader.skip(type)
            }
        }
    }

    func spec(treatWhitespaceAsSuffix: Bool) throws(TokenizerError) -> NormalizerSpec {
        NormalizerSpec(
            name: name, addDummyPrefix: addDummyPrefix, removeExtraWhitespaces: removeExtraWhitespaces,
            escapeWhitespaces: escapeWhitespaces, treatWhitespaceAsSuffix: treatWhitespaceAsSuffix,
            characterMap: characterMap.isEmpty ? nil : try CharacterMap(precompiled: characterMap))
    }
}
