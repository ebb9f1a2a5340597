import QuireCore

/// Seed-OSS: LLaMA with biases on queries, keys and values, and heads of their own size.
///
/// Weight names of Hugging Face's `SeedOssForCausalLM`.
public struct SeedOSSModel: ModelArchitecture {
    public static let names = ["SeedOssForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "seed_oss", layerTensors: ["post_attention_norm": "post_attention_layernorm"],
        flags: ["attention_out_bias": "blk.0.attn_output.bias", "mlp_bias": "blk.0.ffn_gate.bias"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon(default: 1e-6)
        let rotary = try common.rotary()
        let bias = try config.flag("attention_bias", default: true)
        let outputBias = try config.flag("attention_out_bias", default: false)
        let feedForwardBias = try config.flag("mlp_bias", default: false)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: common.shape(), rotary: rotary, bias: bias,
                    outputBias: outputBias),
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, bias: feedForwardBias,
                    activation: activation),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
