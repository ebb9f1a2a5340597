import QuireCore

/// LLaMA and what is built like it: RMS norms, rotary positions, grouped-query attention, a gated feed-forward layer.
///
/// Mistral is the same with a window. Source: Touvron et al., LLaMA, 2023; weight names of Hugging Face's
/// `LlamaForCausalLM`.
public struct LlamaModel: ModelArchitecture {
    public static let names = ["LlamaForCausalLM", "LLaMAForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "llama", isWritable: true, tensors: ["rope_freqs": "rope_freqs"],
        // GGUF files hold the query and key rows in the order that rotates adjacent pairs.
        constants: ["rope_layout": .string("interleaved")],
        defaults: ["rms_norm_eps": .double(1e-6), "max_position_embeddings": .int(2_048)],
        flags: ["attention_bias": "blk.0.attn_q.bias", "mlp_bias": "blk.0.ffn_gate.bias"],
        rotatedRows: ["attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let epsilon = try common.epsilon(default: 1e-6)
        let attentionBias = try config.flag("attention_bias", default: false)
        let feedForwardBias = try config.flag("mlp_bias", default: false)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let rotary = try common.rotary()
            .divided(byFactorsAt: weights["rope_freqs"]["weight"])
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var layer = DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: common.hiddenSize, shape: common.shape(), rotary: rotary,
                    bias: attentionBias),
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: common.hiddenSize, intermediateSize: intermediateSize,
                    bias: feedForwardBias, activation: activation))
            layer.attentionNorm = try RMSNorm(
                place["input_layernorm"], width: common.hiddenSize, epsilon: epsilon)
            layer.feedForwardNorm = try RMSNorm(
                place["post_attention_layernorm"], width: common.hiddenSize, epsilon: epsilon)
            return layer
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers,
            norm: try RMSNorm(model["norm"], width: common.hiddenSize, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
        // Early checkpoints carry the rotary frequencies, which follow from the configuration.
        weights.ignore(suffix: "rotary_emb.inv_freq")
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
