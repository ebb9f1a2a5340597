import QuireCore

/// Falcon: attention and a plain feed-forward layer side by side, one KV head or few, and either rotary positions or
/// ALiBi.
///
/// The old decoder has one norm for both parts, the new one two; falcon-rw has its parts one after the other. Source:
/// Almazrouei et al., The Falcon Series of Open Language Models, 2023; weight names of Hugging Face's `FalconForCausalLM`.
public struct FalconModel: ModelArchitecture {
    public static let names = ["FalconForCausalLM"]
    public static let dialect = ConfigurationDialect(defaults: ["tie_word_embeddings": .bool(true)])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "falcon", layerPlace: "transformer.h",
        fields: ["attention.layer_norm_epsilon": "layer_norm_epsilon", "attention.head_count_kv": "num_kv_heads"],
        tensors: ["token_embd": "transformer.word_embeddings", "output_norm": "transformer.ln_f"],
        layerTensors: [
            "attn_norm": "input_layernorm", "attn_norm_2": "ln_attn", "attn_qkv": "self_attention.query_key_value",
            "attn_output": "self_attention.dense", "ffn_up": "mlp.dense_h_to_4h", "ffn_down": "mlp.dense_4h_to_h",
        ],
        // What llama.cpp takes for granted; the number of KV heads is read as the new decoder's.
        constants: ["new_decoder_architecture": .bool(true), "qkv_order": .string("stacked")])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config, kvHeads: Self.kvHeads(config))
        let width = common.hiddenSize
        let epsilon = try common.epsilon("layer_norm_epsilon", default: 1e-5)
        let bias = try config.flag("bias", default: false)
        let isParallel = try config.flag("parallel_attn", default: true)
        let hasSlopes = try config.flag("alibi", default: false)
        let rotary = hasSlopes ? nil : try common.rotary()
        let order: QueryKeyValue.Order = config.values["qkv_order"] == nil ? .grouped : .stacked
        let feedForwardSize = try config.positive(
            "ffn_hidden_size", default: config.positive("intermediate_size", default: 4 * width))
        let activation = try Activation(config, "activation", default: "gelu")
        let scale = 1 / Float(common.headDim).squareRoot()
        let shape = AttentionShape(
            queryHeads: common.queryHeads, kvHeads: common.kvHeads, headDim: common.headDim, scale: scale,
            // Falcon scales the sum of score and bias, and makes biases in bfloat16.
            linearBias: hasSlopes ? LinearBias(heads: common.queryHeads, scale: scale, isRounded: true) : nil)
        let model = weights["transformer"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["h"][index]
            let attention = place["self_attention"]
            let norms = try Self.norms(place, isParallel: isParallel) {
                try LayerNorm(place[$0], width: width, epsilon: epsilon)
            }
            return DecoderLayer(
                attention: try SelfAttention(
                    fused: attention["query_key_value"], order: order, output: attention["dense"], hiddenSize: width,
                    shape: shape,
                    rotary: rotary, bias: bias),
                feedForward: try MLP(
                    up: place["mlp"]["dense_h_to_4h"], down: place["mlp"]["dense_4h_to_h"], hiddenSize: width,
                    intermediateSize: feedForwardSize, bias: bias, activation: activation),
                attentionNorm: norms.attention, feedForwardNorm: norms.feedForward,
                arrangement: isParallel ? .parallel : .sequential)
        }
        let embedding = try common.embedding(model["word_embeddings"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try LayerNorm(model["ln_f"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    /// Only the new decoder reads `num_kv_heads`; the old one has one KV head, or as many as there are heads.
    private static func kvHeads(_ config: ModelConfiguration) throws -> Int {
        let heads = try config.positive("num_attention_heads")
        if try config.flag("new_decoder_architecture", default: false) {
            let count = try config.positive("num_kv_heads", default: heads)
            guard heads % count == 0 else {
                throw config.error(
                    "num_kv_heads", expected: "a divisor of \(config.name(of: "num_attention_heads")) (\(heads))")
            }
            return count
        }
        return try config.flag("multi_query", default: true) ? 1 : heads
    }

    /// The norms before both parts; one for both is attention's.
    private static func norms(
        _ place: WeightScope, isParallel: Bool, norm: (String) throws -> LayerNorm
    ) throws -> (attention: LayerNorm, feedForward: LayerNorm?) {
        if !isParallel { return (try norm("input_layernorm"), try norm("post_attention_layernorm")) }
        guard place["ln_attn"]["weight"].exists else { return (try norm("input_layernorm"), nil) }
        // GGUF files call the feed-forward layer's norm what others call the only one.
        let name = place["ln_mlp"]["weight"].exists ? "ln_mlp" : "input_layernorm"
        return (try norm("ln_attn"), try norm(name))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
