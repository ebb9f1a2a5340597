import QuireCore

/// Phi-1.5 and Phi-2: attention and a plain feed-forward layer side by side behind one norm; a part of each head rotates.
///
/// Source: Li et al., Textbooks Are All You Need II, 2023; weight names of Hugging Face's `PhiForCausalLM`.
public struct PhiModel: ModelArchitecture {
    public static let names = ["PhiForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "phi2", fields: ["attention.layer_norm_epsilon": "layer_norm_eps"],
        tensors: ["output_norm": "model.final_layernorm"],
        layerTensors: ["attn_output": "self_attn.dense", "ffn_up": "mlp.fc1", "ffn_down": "mlp.fc2"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon("layer_norm_eps", default: 1e-5)
        let parameters = try RotaryParameters(config)
        let rotary = try RotaryEmbedding(
            parameters, dimensions: parameters.dimensions(ofHead: common.headDim, default: 0.5))
        let normalizesHeads = try config.flag("qk_layernorm", default: false)
        let intermediateSize = try config.positive("intermediate_size", default: 4 * width)
        let activation = try Activation(config, "hidden_act", default: "gelu_new")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var attention = try SelfAttention(
                place["self_attn"], hiddenSize: width, shape: common.shape(), rotary: rotary, bias: true,
                outputName: "dense")
            if normalizesHeads {
                let norms = place["self_attn"]
                attention.queryNorm = try LayerNorm(norms["q_layernorm"], width: common.headDim, epsilon: epsilon)
                attention.keyNorm = try LayerNorm(norms["k_layernorm"], width: common.headDim, epsilon: epsilon)
            }
            return DecoderLayer(
                attention: attention,
                feedForward: try MLP(
                    up: place["mlp"]["fc1"], down: place["mlp"]["fc2"], hiddenSize: width,
                    intermediateSize: intermediateSize, bias: true, activation: activation),
                attentionNorm: try LayerNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                arrangement: .parallel)
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers,
            norm: try LayerNorm(model["final_layernorm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding, bias: true))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
