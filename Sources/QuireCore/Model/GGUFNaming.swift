import QuireJSON

/// How a GGUF file spells what `config.json` and Hugging Face checkpoints spell differently.
public struct GGUFNaming: Sendable {
    /// The value of `general.architecture`, also the prefix of its metadata keys.
    public let architecture: String
    /// A metadata key, without the architecture's prefix, whose number is above zero in files of this family, where several
    /// families have one architecture.
    public let marker: String?
    /// What stands before a layer's number in Hugging Face's names.
    public let layerPlace: String
    /// Whether what is stored differs from Hugging Face's checkpoints in names, types and the order of rows alone.
    public let isWritable: Bool
    /// Metadata keys without the architecture's prefix, and the `config.json` fields they fill.
    public let fields: [String: String]
    /// Tensor name parts outside layers, GGUF to Hugging Face.
    public let tensors: [String: String]
    /// Tensor name parts inside a layer (`blk.N.`), GGUF to Hugging Face (after the layer's number).
    public let layerTensors: [String: String]
    /// Fields that hold for every GGUF file of this architecture.
    public let constants: JSONMembers
    /// What `config.json` means where it leaves a field out that GGUF files must have.
    public let defaults: [String: JSONValue]
    /// Fields that are true where a file has a tensor, and its name.
    public let flags: [String: String]
    /// Tensors of a layer whose rows GGUF orders for the rotation of adjacent pairs, and the field with their heads.
    public let rotatedRows: [String: String]

    public init(
        architecture: String, marker: String? = nil, layerPlace: String = "model.layers", isWritable: Bool = false,
        fields: [String: String] = [:], tensors: [String: String] = [:], layerTensors: [String: String] = [:],
        constants: JSONMembers = [:], defaults: [String: JSONValue] = [:], flags: [String: String] = [:],
        rotatedRows: [String: String] = [:]
    ) {
        self.architecture = architecture
        self.marker = marker
        self.layerPlace = layerPlace
        self.isWritable = isWritable
        self.fields = Self.commonFields.merging(fields) { $1 }
        self.tensors = Self.commonTensors.merging(tensors) { $1 }
        self.layerTensors = Self.commonLayerTensors.merging(layerTensors) { $1 }
        self.constants = constants
        self.defaults = defaults
        self.flags = flags
        self.rotatedRows = rotatedRows
    }

    /// The Hugging Face name of a GGUF tensor, or `nil` where it is not known.
    public func checkpointName(of tensor: String) -> String? {
        let parts = tensor.split(separator: ".", omittingEmptySubsequences: false)
        guard let suffix = parts.last, parts.count >= 2 else { return nil }
        if let layer = Self.layer(of: tensor) {
            let name = parts[2..<(parts.count - 1)].joined(separator: ".")
            return layerTensors[name].map { "\(layerPlace).\(layer).\($0).\(suffix)" }
        }
        return tensors[parts.dropLast().joined(separator: ".")].map { "\($0).\(suffix)" }
    }

    /// The GGUF name of a tensor of a Hugging Face checkpoint, or `nil` where it has none.
    public func tensorName(of checkpointName: String) -> String? {
        func name(of place: Substring, in table: [String: String]) -> String? {
            table.first { $0.value == place }?.key
        }
        guard let dot = checkpointName.lastIndex(of: ".") else { return nil }
        let (place, suffix) = (checkpointName[..<dot], checkpointName[checkpointName.index(after: dot)...])
        let layers = layerPlace + "."
        guard place.hasPrefix(layers) else { return name(of: place, in: tensors).map { "\($0).\(suffix)" } }
        let parts = place.dropFirst(layers.count).split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let layer = Int(parts[0]), layer >= 0 else { return nil }
        return name(of: parts[1], in: layerTensors).map { "blk.\(layer).\($0).\(suffix)" }
    }

    /// The layer that a GGUF tensor belongs to, or `nil` for none.
    public static func layer(of tensor: String) -> Int? {
        let parts = tensor.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] == "blk", let layer = Int(parts[1]), layer >= 0 else { return nil }
        return layer
    }

    private static let commonFields: [String: String] = [
        "block_count": "num_hidden_layers",
        "context_length": "max_position_embeddings",
        "embedding_length": "hidden_size",
        "feed_forward_length": "intermediate_size",
        "attention.head_count": "num_attention_heads",
        "attention.head_count_kv": "num_key_value_heads",
        "attention.key_length": "head_dim",
        "attention.layer_norm_rms_epsilon": "rms_norm_eps",
        "rope.freq_base": "rope_theta",
        "rope.dimension_count": "rotary_dim",
        "vocab_size": "vocab_size",
    ]

    private static let commonTensors: [String: String] = [
        "token_embd": "model.embed_tokens",
        "output_norm": "model.norm",
        "output": "lm_head",
    ]

    private static let commonLayerTensors: [String: String] = [
        "attn_norm": "input_layernorm",
        "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj",
        "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    ]
}
