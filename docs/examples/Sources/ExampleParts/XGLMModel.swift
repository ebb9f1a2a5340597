import Foundation
import QuireCore

/// XGLM: a decoder with sinusoidal positions, layer norms before each part, biases everywhere, and a plain GELU layer.
///
/// Source: Lin et al., Few-shot Learning with Multilingual Language Models, 2021; weight names of Hugging Face's
/// `XGLMForCausalLM`.
public struct XGLMModel: ModelArchitecture {
    public static let names = ["XGLMForCausalLM"]

    private let embedding: Embedding
    private let embeddingScale: Float
    private let positions: SinusoidalPositions
    private let layers: [XGLMLayer]
    private let norm: LayerNorm
    private let head: Linear

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let width = try config.positive("d_model")
        let heads = try config.positive("attention_heads")
        let activation = try config.string("activation_function", default: "gelu")
        guard activation == "gelu" else { throw config.error("activation_function", expected: "gelu") }
        guard width % heads == 0 else {
            throw config.error("attention_heads", expected: "a divisor of d_model, \(width)")
        }
        guard width % 2 == 0, width >= 4 else { throw config.error("d_model", expected: "an even number from 4 on") }
        let vocabularySize = try config.positive("vocab_size")
        let model = weights["model"]
        embedding = try Embedding(model["embed_tokens"], count: vocabularySize, width: width)
        embeddingScale = try config.flag("scale_embedding", default: true) ? Float(width).squareRoot() : 1
        positions = SinusoidalPositions(width: width)
        let shape = AttentionShape(queryHeads: heads, kvHeads: heads, headDim: width / heads)
        let feedForwardWidth = try config.positive("ffn_dim")
        layers = try (0..<config.positive("num_layers")).map {
            try XGLMLayer(model["layers"][$0], width: width, shape: shape, feedForwardWidth: feedForwardWidth)
        }
        norm = try LayerNorm(model["layer_norm"], width: width)
        let isTied = try config.flag("tie_word_embeddings", default: true)
        head = try Linear(
            vocabularyHead: weights["lm_head"], inputs: width, outputs: vocabularySize, tied: isTied ? embedding : nil)
        if isTied { weights.ignore(suffix: "lm_head.weight") }
        // Early checkpoints carry the sines.
        weights.ignore(suffix: "embed_positions.weights")
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor {
        let hidden = embedding(pass)  // [tokens, width]
        for (row, position) in pass.positions.enumerated() {
            positions.add(to: hidden.row(row), scaledBy: embeddingScale, position: Int(position))
        }
        for layer in layers { try layer.apply(to: hidden, pass) }
        return head(norm(pass.sampledRows(of: hidden)))  // [sampled rows, vocabulary]
    }
}

struct XGLMLayer {
    private let attentionNorm: LayerNorm
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let slot: AttentionSlot
    private let feedForwardNorm: LayerNorm
    private let up: Linear
    private let down: Linear

    init(_ weights: WeightScope, width: Int, shape: AttentionShape, feedForwardWidth: Int) throws {
        let attention = weights["self_attn"]
        attentionNorm = try LayerNorm(weights["self_attn_layer_norm"], width: width)
        query = try Linear(attention["q_proj"], inputs: width, outputs: width, bias: true, split: .column)
        key = try Linear(attention["k_proj"], inputs: width, outputs: width, bias: true, split: .column)
        value = try Linear(attention["v_proj"], inputs: width, outputs: width, bias: true, split: .column)
        output = try Linear(attention["out_proj"], inputs: width, outputs: width, bias: true, split: .row)
        slot = AttentionSlot(attention, shape: shape)
        feedForwardNorm = try LayerNorm(weights["final_layer_norm"], width: width)
        up = try Linear(weights["fc1"], inputs: width, outputs: feedForwardWidth, bias: true, split: .column)
        down = try Linear(weights["fc2"], inputs: feedForwardWidth, outputs: width, bias: true, split: .row)
    }

    func apply(to hidden: Tensor, _ pass: ForwardPass) throws {
        let input = attentionNorm(hidden)
        hidden.add(output(pass.attend(query: query(input), key: key(input), value: value(input), in: slot)))
        let middle = up(feedForwardNorm(hidden))
        middle.applyGELU()
        hidden.add(down(middle))
    }
}
