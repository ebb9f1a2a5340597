import QuireCore

/// Command R: attention and a gated feed-forward layer side by side behind one norm, and scaled logits.
///
/// Weight names of Hugging Face's `CohereForCausalLM`.
public struct CohereModel: ModelArchitecture {
    public static let names = ["CohereForCausalLM"]

    public static let dialect = ConfigurationDialect(defaults: [
        "tie_word_embeddings": .bool(true), "rope_layout": .string("interleaved"),
    ])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "command-r",
        fields: ["attention.layer_norm_epsilon": "layer_norm_eps", "logit_scale": "logit_scale"],
        layerTensors: ["attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"],
        constants: ["rope_layout": .string("interleaved")],
        flags: ["use_qk_norm": "blk.0.attn_q_norm.weight", "attention_bias": "blk.0.attn_q.bias"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let (width, headDim) = (common.hiddenSize, common.headDim)
        let epsilon = try common.epsilon("layer_norm_eps", default: 1e-5)
        let rotary = try common.rotary()
        let bias = try config.flag("attention_bias", default: false)
        let normalizesHeads = try config.flag("use_qk_norm", default: false)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        func headNorm(_ place: WeightScope, heads: Int) throws -> LayerNorm {
            LayerNorm(
                heads: try place["weight"].vector(rows: heads, count: headDim), width: headDim, epsilon: epsilon)
        }
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var attention = try SelfAttention(
                place["self_attn"], hiddenSize: width, shape: common.shape(), rotary: rotary, bias: bias)
            if normalizesHeads {
                attention.queryNorm = try headNorm(place["self_attn"]["q_norm"], heads: common.queryHeads)
                attention.keyNorm = try headNorm(place["self_attn"]["k_norm"], heads: common.kvHeads)
            }
            return DecoderLayer(
                attention: attention,
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, activation: activation),
                attentionNorm: try LayerNorm(place["input_layernorm"], width: width, epsilon: epsilon, bias: false),
                arrangement: .parallel)
        }
        let embedding = try common.embedding(model["embed_tokens"])
        var decoder = DecoderModel(
            embedding: embedding, layers: layers,
            norm: try LayerNorm(model["norm"], width: width, epsilon: epsilon, bias: false),
            head: try common.head(weights["lm_head"], embedding: embedding))
        decoder.logitScale = Float(try config.number("logit_scale", default: 0.0625))
        self.decoder = decoder
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
