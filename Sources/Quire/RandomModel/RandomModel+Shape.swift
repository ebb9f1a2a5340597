import QuireCore
import QuireFormats

extension RandomModel {
    /// A usual size of LLaMA, by its number of parameters.
    public enum Shape: String, Sendable, CaseIterable {
        case millions160 = "160m"
        case billion1 = "1b"
        case billions7 = "7b"

        /// The shape that a user calls `name`.
        ///
        /// - Throws: `OptionError` that lists the names.
        public init(named name: String, option: String = "random-model") throws(OptionError) {
            guard let shape = Shape(rawValue: name.lowercased()) else {
                let known = Shape.allCases.map(\.rawValue).joined(separator: ", ")
                throw OptionError(name: option, value: name, expected: known)
            }
            self = shape
        }

        static let vocabularySize = 32_000
        static let contextLength = 32_768

        var hiddenSize: Int { size.hidden }
        var layerCount: Int { size.layers }
        var headDim: Int { size.hidden / size.heads }

        private var size: (hidden: Int, feedForward: Int, layers: Int, heads: Int, kvHeads: Int) {
            switch self {
            case .millions160: (768, 3_072, 12, 12, 12)
            case .billion1: (2_048, 5_632, 22, 32, 4)
            case .billions7: (4_096, 11_008, 32, 32, 32)
            }
        }

        /// All tensors, in the order of the file.
        func tensors(in format: WeightFormat) -> [RandomTensor] {
            let types = TensorTypes(format: format, layerCount: layerCount, hasOutput: true)
            func matrix(_ name: String, _ rows: Int, _ columns: Int) -> RandomTensor {
                RandomTensor(
                    name: name + ".weight", shape: [rows, columns],
                    type: types.type(of: name + ".weight", shape: [rows, columns]) ?? .float32)
            }
            func norm(_ name: String) -> RandomTensor {
                RandomTensor(name: name + ".weight", shape: [size.hidden], type: .float32)
            }
            let kvWidth = size.kvHeads * headDim
            var tensors = [matrix("token_embd", Self.vocabularySize, size.hidden)]
            for layer in 0..<layerCount {
                let name = "blk.\(layer)"
                tensors += [
                    norm("\(name).attn_norm"),
                    matrix("\(name).attn_q", size.hidden, size.hidden),
                    matrix("\(name).attn_k", kvWidth, size.hidden),
                    matrix("\(name).attn_v", kvWidth, size.hidden),
                    matrix("\(name).attn_output", size.hidden, size.hidden),
                    norm("\(name).ffn_norm"),
                    matrix("\(name).ffn_gate", size.feedForward, size.hidden),
                    matrix("\(name).ffn_up", size.feedForward, size.hidden),
                    matrix("\(name).ffn_down", size.hidden, size.feedForward),
                ]
            }
            return tensors + [norm("output_norm"), matrix("output", Self.vocabularySize, size.hidden)]
        }

        func metadata(in format: WeightFormat) -> [(key: String, value: GGUFValue)] {
            var metadata: [(key: String, value: GGUFValue)] = [
                ("general.architecture", .string("llama")),
                ("general.name", .string("random-\(rawValue)-\(format.name)")),
                ("llama.block_count", .uint32(UInt32(layerCount))),
                ("llama.context_length", .uint32(UInt32(Self.contextLength))),
                ("llama.embedding_length", .uint32(UInt32(size.hidden))),
                ("llama.feed_forward_length", .uint32(UInt32(size.feedForward))),
                ("llama.attention.head_count", .uint32(UInt32(size.heads))),
                ("llama.attention.head_count_kv", .uint32(UInt32(size.kvHeads))),
                ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
                ("llama.rope.dimension_count", .uint32(UInt32(headDim))),
                ("llama.rope.freq_base", .float32(10_000)),
                ("llama.vocab_size", .uint32(UInt32(Self.vocabularySize))),
                ("general.quantization_version", .uint32(2)),
            ]
            if let number = format.ggufFileType { metadata.append(("general.file_type", .uint32(number))) }
            return metadata + RandomVocabulary(count: Self.vocabularySize).metadata
        }
    }

    /// A tensor of such a model: a norm's scale, all ones, or a random matrix.
    struct RandomTensor {
        let name: String
        let shape: [Int]
        let type: StorageType

        var isNorm: Bool { shape.count == 1 }
        var ggufTensor: GGUFTensor { GGUFTensor(name: name, type: ElementType(type), shape: shape) }
    }
}

extension ElementType {
    /// The files' name for a type that kernels know: all of them are also types of files.
    init(_ type: StorageType) {
        guard let element = ElementType(rawValue: type.rawValue) else { preconditionFailure("\(type) is in no file") }
        self = element
    }
}
