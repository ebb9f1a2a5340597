import QuireCore
import QuireFormats
import QuireJSON
import QuireTemplates
import QuireTokenizers

/// What a GGUF file says about a model beside its weights.
struct ModelMetadata {
    private let files: ModelFiles
    private let naming: GGUFNaming
    private let rotary: RotaryForm

    /// Keys that say how the weights are stored, which is what changes, and how a file was split.
    private static let ownKeys: Set<String> = ["general.file_type", "general.quantization_version"]

    init(_ files: ModelFiles, _ naming: GGUFNaming, _ rotary: RotaryForm) {
        self.files = files
        self.naming = naming
        self.rotary = rotary
    }

    /// - Parameter format: `nil` where weights stay as they are.
    func entries(
        format: WeightFormat?, tensors: [ConvertedTensor]
    ) throws -> [(key: String, value: GGUFValue)] {
        var entries: [(key: String, value: GGUFValue)]
        switch files.location {
        case .gguf(let path):
            entries = try GGUFFile(path: path).encodedMetadata.filter {
                !Self.ownKeys.contains($0.key) && !$0.key.hasPrefix("split.")
            }
        case .directory(let path):
            entries = try architecture(path)
            entries += try vocabulary(path)
        }
        if let number = format?.ggufFileType ?? Self.fileType(of: tensors) {
            entries.append(("general.file_type", .uint32(number)))
        }
        entries.append(("general.quantization_version", .uint32(2)))
        return entries
    }

    /// The format that most of the matrices' bytes are in.
    private static func fileType(of tensors: [ConvertedTensor]) -> UInt32? {
        var bytes: [String: Int] = [:]
        for tensor in tensors where tensor.tensor.shape.count == 2 {
            bytes[tensor.tensor.type.rawValue, default: 0] += tensor.writtenBytes
        }
        guard let name = bytes.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else { return nil }
        return WeightFormat.all.first { $0.name == name }?.ggufFileType
    }

    private func architecture(_ path: String) throws -> [(key: String, value: GGUFValue)] {
        let config = files.config
        let prefix = naming.architecture
        var entries: [(key: String, value: GGUFValue)] = [
            ("general.architecture", .string(naming.architecture)),
            ("general.name", .string(path.split(separator: "/").last.map(String.init) ?? path)),
        ]
        for (key, field) in naming.fields.sorted(by: { $0.key < $1.key }) where key != "rope.freq_base" {
            guard let value = config.values[field] ?? naming.defaults[field], value != .null else { continue }
            entries.append(("\(prefix).\(key)", try Self.value(value, field, config)))
        }
        entries.append(("\(prefix).rope.freq_base", .float32(Float(rotary.base))))
        if let factor = rotary.linearFactor {
            entries.append(("\(prefix).rope.scaling.type", .string("linear")))
            entries.append(("\(prefix).rope.scaling.factor", .float32(Float(factor))))
        }
        return entries
    }

    /// A number of a configuration: whole ones have 32 bits in GGUF, others are floats.
    private static func value(
        _ value: JSONValue, _ field: String, _ config: ModelConfiguration
    ) throws -> GGUFValue {
        if case .int(let number) = value, let whole = UInt32(exactly: number), field != "rms_norm_eps" {
            return .uint32(whole)
        }
        guard let number = value.doubleValue else { throw config.error(field, expected: "a number") }
        return .float32(Float(number))
    }

    private func vocabulary(_ path: String) throws -> [(key: String, value: GGUFValue)] {
        guard let tokenizer = files.tokenizer else { return [("tokenizer.ggml.model", .string("no_vocab"))] }
        guard let sentencePiece = tokenizer as? SentencePieceTokenizer, sentencePiece.kind == .bpe else {
            throw ConversionError(
                place: path, problem: "the tokenizer is not a SentencePiece BPE, the one kind that is converted to GGUF"
            )
        }
        let size = try files.config.positive("vocab_size")
        var entries = VocabularyMetadata(sentencePiece, size: size, endTokens: files.endTokens).entries
        for (name, source) in files.chatTemplates.sources {
            let isDefault = name == ChatTemplates.defaultName
            entries.append(("tokenizer.chat_template" + (isDefault ? "" : ".\(name)"), .string(source)))
        }
        let others = files.chatTemplates.sources.map(\.name).filter { $0 != ChatTemplates.defaultName }
        if !others.isEmpty { entries.append(("tokenizer.chat_templates", .strings(others))) }
        return entries
    }
}
