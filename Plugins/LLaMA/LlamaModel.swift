import QuireCore

/// LLaMA and what is built like it: RMS norms, rotary positions, grouped-query attention, a gated feed-forward layer.
///
/// Source: Touvron et al., LLaMA, 2023; weight names of Hugging Face's `LlamaForCausalLM`.
public struct LlamaModel: ModelArchitecture {
    public static let names = ["LlamaForCausalLM", "LLaMAForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "llama", tensors: ["rope_freqs": "rope_freqs"],
        // GGUF files hold the query and key rows in the order that rotates adjacent pairs.
        constants: ["rope_layout": .string("interleaved")],
        defaults: ["rms_norm_eps": .double(1e-6), "max_position_embeddings": .int(2_048)],
        flags: ["attention_bias": "blk.0.attn_q.bias", "mlp_bias": "blk.0.ffn_gate.bias"],
        rotatedRows: ["attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"])

    private let embedding: Embedding
    private let layers: [LlamaLayer]
    private let norm: RMSNorm
    private let head: Linear

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let llama = try LlamaConfiguration(config)
        var rotary = try RotaryEmbedding(config: config, dimensions: llama.shape.headDim)
        if weights["rope_freqs"]["weight"].exists {
            let factors = try weights["rope_freqs"]["weight"].vector(count: llama.shape.headDim / 2)
            rotary = rotary.divided(by: factors.values)
        }
        let model = weights["model"]
        embedding = try Embedding(model["embed_tokens"], count: llama.vocabularySize, width: llama.hiddenSize)
        layers = try (0..<llama.layerCount).map { try LlamaLayer(model["layers"][$0], llama, rotary) }
        norm = try RMSNorm(model["norm"], width: llama.hiddenSize, epsilon: llama.epsilon)
        head = try Linear(
            vocabularyHead: weights["lm_head"], inputs: llama.hiddenSize, outputs: llama.vocabularySize,
            tied: llama.tiesEmbedding ? embedding : nil)
        // Early checkpoints carry the rotary frequencies, which follow from the configuration.
        weights.ignore(suffix: "rotary_emb.inv_freq")
        if llama.tiesEmbedding { weights.ignore(suffix: "lm_head.weight") }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor {
        var hidden = embedding(pass)  // [tokens, hidden]
        for (index, layer) in layers.enumerated() {
            try layer.attend(hidden, pass)
            // After the last attention no row is looked at but those whose logits are wanted.
            if index == layers.count - 1 { hidden = pass.sampledRows(of: hidden) }
            layer.feedForward(hidden)
        }
        return head(norm(hidden))  // [sampled rows, vocabulary]
    }
}

struct LlamaLayer {
    private let inputNorm: RMSNorm
    private let attention: SelfAttention
    private let feedForwardNorm: RMSNorm
    private let mlp: GatedMLP

    init(_ weights: WeightScope, _ config: LlamaConfiguration, _ rotary: RotaryEmbedding) throws {
        inputNorm = try RMSNorm(weights["input_layernorm"], width: config.hiddenSize, epsilon: config.epsilon)
        attention = try SelfAttention(
            weights["self_attn"], hiddenSize: config.hiddenSize, shape: config.shape, rotary: rotary,
            bias: config.attentionBias)
        feedForwardNorm = try RMSNorm(
            weights["post_attention_layernorm"], width: config.hiddenSize, epsilon: config.epsilon)
        mlp = try GatedMLP(
            weights["mlp"], hiddenSize: config.hiddenSize, intermediateSize: config.intermediateSize,
            bias: config.feedForwardBias)
    }

    func attend(_ hidden: Tensor, _ pass: ForwardPass) throws {
        hidden.add(try attention(inputNorm(hidden), pass))
    }

    func feedForward(_ hidden: Tensor) {
        hidden.add(mlp(feedForwardNorm(hidden)))
    }
}
