import QuireCore

/// StableLM: LLaMA with norms that have mean and bias, a part of each head rotating, and in some models both parts of a
/// layer side by side.
///
/// Source: Bellagente et al., Stable LM 2 1.6B Technical Report, 2024; weight names of Hugging Face's
/// `StableLmForCausalLM`.
public struct StableLMModel: ModelArchitecture {
    public static let names = ["StableLmForCausalLM", "StableLMEpochForCausalLM"]
    public static let dialect = ConfigurationDialect(
        names: ["layer_norm_eps": "norm_eps", "partial_rotary_factor": "rope_pct"])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "stablelm",
        fields: [
            "attention.layer_norm_epsilon": "layer_norm_eps", "use_parallel_residual": "use_parallel_residual",
        ],
        layerTensors: ["attn_q_norm": "self_attn.q_layernorm", "attn_k_norm": "self_attn.k_layernorm"],
        flags: ["use_qkv_bias": "blk.0.attn_q.bias", "qk_layernorm": "blk.0.attn_q_norm.weight"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon("layer_norm_eps", default: 1e-5)
        let parameters = try RotaryParameters(config)
        let rotary = try RotaryEmbedding(
            parameters, dimensions: parameters.dimensions(ofHead: common.headDim, default: 0.25))
        let bias = try config.flag("use_qkv_bias", default: false)
        let normalizesHeads = try config.flag("qk_layernorm", default: false)
        let isParallel = try config.flag("use_parallel_residual", default: false)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var attention = try SelfAttention(
                place["self_attn"], hiddenSize: width, shape: common.shape(), rotary: rotary, bias: bias,
                outputBias: false)
            if normalizesHeads {
                attention.queryNorm = LayerNorm(
                    heads: try Self.headWeights(place["self_attn"]["q_layernorm"], common.queryHeads, common.headDim),
                    width: common.headDim, epsilon: epsilon)
                attention.keyNorm = LayerNorm(
                    heads: try Self.headWeights(place["self_attn"]["k_layernorm"], common.kvHeads, common.headDim),
                    width: common.headDim, epsilon: epsilon)
            }
            return DecoderLayer(
                attention: attention,
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, activation: activation),
                attentionNorm: try LayerNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: isParallel
                    ? nil : try LayerNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon),
                arrangement: isParallel ? .parallel : .sequential)
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try LayerNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
        weights.ignore(suffix: "rotary_emb.inv_freq")
    }

    /// The weights of the heads' norms: a tensor for each, or, in GGUF files, one for all.
    private static func headWeights(_ place: WeightScope, _ heads: Int, _ width: Int) throws -> WeightVector {
        if place["weight"].exists { return try place["weight"].vector(rows: heads, count: width) }
        return WeightVector(
            try (0..<heads).flatMap { try place["norms"][$0]["weight"].vector(count: width).values })
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
