/// How a GGUF file spells what `config.json` and Hugging Face checkpoints spell differently.
public struct GGUFNaming: Sendable {
    /// The value of `general.architecture`, also the prefix of its metadata keys.
    public let architecture: String
    /// Metadata keys without the architecture's prefix, and the `config.json` fields they fill.
    public let fields: [String: String]
    /// Tensor name parts outside layers, GGUF to Hugging Face.
    public let tensors: [String: String]
    /// Tensor name parts inside a layer (`blk.N.`), GGUF to Hugging Face (after `model.layers.N.`).
    public let layerTensors: [String: String]
    /// Fields that hold for every GGUF file of this architecture.
    public let constants: [String: JSONValue]

    public init(
        architecture: String, fields: [String: String] = [:], tensors: [String: String] = [:],
        layerTensors: [String: String] = [:], constants: [String: JSONValue] = [:]
    ) {
        self.architecture = architecture
        self.fields = Self.commonFields.merging(fields) { $1 }
        self.tensors = Self.commonTensors.merging(tensors) { $1 }
        self.layerTensors = Self.commonLayerTensors.merging(layerTensors) { $1 }
        self.constants = constants
    }

    /// The Hugging Face name of a GGUF tensor, or `nil` where it is not known.
    public func checkpointName(of tensor: String) -> String? {
        let parts = tensor.split(separator: ".", omittingEmptySubsequences: false)
        guard let suffix = parts.last, parts.count >= 2 else { return nil }
        if parts[0] == "blk", parts.count >= 4, let layer = Int(parts[1]), layer >= 0 {
            let name = parts[2..<(parts.count - 1)].joined(separator: ".")
            return layerTensors[name].map { "model.layers.\(layer).\($0).\(suffix)" }
        }
        return tensors[parts.dropLast().joined(separator: ".")].map { "\($0).\(suffix)" }
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
