import QuireCore

/// GPT-2: learned positions, norms with mean and bias, one projection to queries, keys and values.
///
/// Source: Radford et al., Language Models are Unsupervised Multitask Learners, 2019; weight names of Hugging Face's
/// `GPT2LMHeadModel`.
public struct GPT2Model: ModelArchitecture {
    public static let names = ["GPT2LMHeadModel"]
    /// Its layers are convolutions of width 1, which keep inputs first.
    public static let transposedWeights = ["c_attn.weight", "c_proj.weight", "c_fc.weight"]

    public static let dialect = ConfigurationDialect(
        names: [
            "hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
            "max_position_embeddings": "n_positions", "intermediate_size": "n_inner",
        ], defaults: ["tie_word_embeddings": .bool(true)])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "gpt2", layerPlace: "transformer.h",
        fields: ["attention.layer_norm_epsilon": "layer_norm_epsilon"],
        tensors: [
            "token_embd": "transformer.wte", "position_embd": "transformer.wpe", "output_norm": "transformer.ln_f",
        ],
        layerTensors: [
            "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj", "ffn_norm": "ln_2",
            "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
        ])

    private var decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon("layer_norm_epsilon", default: 1e-5)
        let intermediateSize = try config.positive("intermediate_size", default: 4 * width)
        let activation = try Activation(config, "activation_function", default: "gelu_new")
        let isScaled = try config.flag("scale_attn_weights", default: true)
        let scalesByLayer = try config.flag("scale_attn_by_inverse_layer_idx", default: false)
        // The first files name their layers without a place for the model.
        let model = weights["wte"]["weight"].exists ? weights : weights["transformer"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["h"][index]
            let scale = (isScaled ? 1 / Float(common.headDim).squareRoot() : 1) / (scalesByLayer ? Float(index + 1) : 1)
            let shape = common.shape(scale: scale)
            return DecoderLayer(
                attention: try SelfAttention(
                    fused: place["attn"]["c_attn"], order: .stacked, output: place["attn"]["c_proj"], hiddenSize: width,
                    shape: shape,
                    rotary: nil, bias: true),
                feedForward: try MLP(
                    up: place["mlp"]["c_fc"], down: place["mlp"]["c_proj"], hiddenSize: width,
                    intermediateSize: intermediateSize, bias: true, activation: activation),
                attentionNorm: try LayerNorm(place["ln_1"], width: width, epsilon: epsilon),
                feedForwardNorm: try LayerNorm(place["ln_2"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["wte"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try LayerNorm(model["ln_f"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
        decoder.positions = try PositionEmbedding(
            model["wpe"], count: config.positive("max_position_embeddings", default: 1_024), width: width)
        // Causal masks, which follow from positions.
        for name in [".attn.bias", ".attn.masked_bias"] { weights.ignore(suffix: name) }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
