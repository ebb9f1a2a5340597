import QuireCore

/// Granite: LLaMA with a factor at four places: embeddings, scores, what layers add, and logits.
///
/// Source: IBM Granite Team, Granite 3.0 Language Models, 2024; weight names of Hugging Face's `GraniteForCausalLM`.
public struct GraniteModel: ModelArchitecture {
    public static let names = ["GraniteForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "granite",
        fields: [
            "attention.scale": "attention_multiplier", "embedding_scale": "embedding_multiplier",
            "residual_scale": "residual_multiplier", "logit_scale": "logits_scaling",
        ],
        tensors: ["rope_freqs": "rope_freqs"],
        constants: ["rope_layout": .string("interleaved")],
        flags: ["attention_bias": "blk.0.attn_q.bias", "mlp_bias": "blk.0.ffn_gate.bias"],
        rotatedRows: ["attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon(default: 1e-6)
        let rotary = try common.rotary()
            .divided(byFactorsAt: weights["rope_freqs"]["weight"])
        let attentionBias = try config.flag("attention_bias", default: false)
        let feedForwardBias = try config.flag("mlp_bias", default: false)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let shape = common.shape(scale: Float(try config.number("attention_multiplier", default: 1)))
        let residualScale = Float(try config.number("residual_multiplier", default: 1))
        let logitsScaling = try config.number("logits_scaling", default: 1)
        guard logitsScaling != 0 else { throw config.error("logits_scaling", expected: "a number other than 0") }
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var layer = DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: shape, rotary: rotary, bias: attentionBias),
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, bias: feedForwardBias,
                    activation: activation),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
            layer.residualScale = residualScale
            return layer
        }
        let embedding = try common.embedding(model["embed_tokens"])
        var decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
        decoder.embeddingScale = Float(try config.number("embedding_multiplier", default: 1))
        decoder.logitScale = Float(1 / logitsScaling)
        self.decoder = decoder
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
