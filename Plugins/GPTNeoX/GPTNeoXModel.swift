import QuireCore

/// GPT-NeoX and Pythia: attention and a plain feed-forward layer side by side, each behind a norm of its own.
///
/// Source: Black et al., GPT-NeoX-20B, 2022; weight names of Hugging Face's `GPTNeoXForCausalLM`.
public struct GPTNeoXModel: ModelArchitecture {
    public static let names = ["GPTNeoXForCausalLM"]
    public static let dialect = ConfigurationDialect(names: ["rope_theta": "rotary_emb_base"])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "gptneox", layerPlace: "gpt_neox.layers",
        fields: [
            "attention.layer_norm_epsilon": "layer_norm_eps", "use_parallel_residual": "use_parallel_residual",
        ],
        tensors: [
            "token_embd": "gpt_neox.embed_in", "output_norm": "gpt_neox.final_layer_norm", "output": "embed_out",
        ],
        layerTensors: [
            "attn_norm": "input_layernorm", "attn_qkv": "attention.query_key_value", "attn_output": "attention.dense",
            "ffn_norm": "post_attention_layernorm", "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
        ],
        constants: ["qkv_order": .string("stacked")])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon("layer_norm_eps", default: 1e-5)
        let parameters = try RotaryParameters(config)
        let rotary = try RotaryEmbedding(
            parameters,
            dimensions: parameters.dimensions(ofHead: common.headDim, field: "rotary_pct", default: 0.25))
        let bias = try config.flag("attention_bias", default: true)
        let isParallel = try config.flag("use_parallel_residual", default: true)
        let order: QueryKeyValue.Order = config.values["qkv_order"] == nil ? .grouped : .stacked
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "gelu")
        let model = weights["gpt_neox"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            let (attention, shape) = (place["attention"], common.shape())
            return DecoderLayer(
                attention: try SelfAttention(
                    fused: attention["query_key_value"], order: order, output: attention["dense"], hiddenSize: width,
                    shape: shape,
                    rotary: rotary, bias: bias),
                feedForward: try MLP(
                    up: place["mlp"]["dense_h_to_4h"], down: place["mlp"]["dense_4h_to_h"], hiddenSize: width,
                    intermediateSize: intermediateSize, bias: true, activation: activation),
                attentionNorm: try LayerNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try LayerNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon),
                arrangement: isParallel ? .parallel : .sequential)
        }
        let embedding = try common.embedding(model["embed_in"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers,
            norm: try LayerNorm(model["final_layer_norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["embed_out"], embedding: embedding))
        // Masks and frequencies, which follow from positions and the configuration.
        for name in [".attention.bias", ".attention.masked_bias", "rotary_emb.inv_freq"] {
            weights.ignore(suffix: name)
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
