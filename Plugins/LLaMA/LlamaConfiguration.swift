import QuireCore

/// What `config.json` says about a LLaMA; defaults are those of Hugging Face's `LlamaConfig`.
struct LlamaConfiguration {
    let vocabularySize: Int
    let hiddenSize: Int
    let intermediateSize: Int
    let layerCount: Int
    let shape: AttentionShape
    let epsilon: Double
    let attentionBias: Bool
    let feedForwardBias: Bool
    let tiesEmbedding: Bool

    init(_ config: ModelConfiguration) throws(ConfigurationError) {
        vocabularySize = try config.positive("vocab_size")
        hiddenSize = try config.positive("hidden_size")
        intermediateSize = try config.positive("intermediate_size")
        layerCount = try config.positive("num_hidden_layers")
        let queryHeads = try config.positive("num_attention_heads")
        let kvHeads = try config.positive("num_key_value_heads", default: queryHeads)
        guard queryHeads % kvHeads == 0 else {
            throw config.error("num_key_value_heads", expected: "a divisor of num_attention_heads (\(queryHeads))")
        }
        if config.values["head_dim"] ?? .null == .null, hiddenSize % queryHeads != 0 {
            throw config.error("num_attention_heads", expected: "a divisor of hidden_size (\(hiddenSize))")
        }
        let headDim = try config.positive("head_dim", default: hiddenSize / queryHeads)
        let rotaryDim = try config.positive("rotary_dim", default: headDim)
        guard rotaryDim == headDim else { throw config.error("rotary_dim", expected: "the head's size (\(headDim))") }
        shape = AttentionShape(queryHeads: queryHeads, kvHeads: kvHeads, headDim: headDim)
        epsilon = try config.number("rms_norm_eps", default: 1e-6)
        guard epsilon >= 0 else { throw config.error("rms_norm_eps", expected: "a number of at least 0") }
        attentionBias = try config.flag("attention_bias", default: false)
        feedForwardBias = try config.flag("mlp_bias", default: false)
        tiesEmbedding = try config.flag("tie_word_embeddings", default: false)
        let activation = try config.string("hidden_act", default: "silu")
        guard activation == "silu" else { throw config.error("hidden_act", expected: "silu") }
    }
}
