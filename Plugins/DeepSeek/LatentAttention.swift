import QuireCore

/// Multi-head latent attention: keys and values of all heads are made of one small vector a token, which is what the cache
/// holds, with a rotated part that all heads share.
///
/// What would make keys of the vector is applied to queries instead, and what would make values to the results: so heads
/// attend to the vector itself, as to one KV head whose value is the beginning of its key.
/// Source: DeepSeek-AI, DeepSeek-V2, 2024, section 2.1 and appendix C.
struct LatentAttention: AttentionLayer {
    private let queries: Queries
    private let compression: Linear
    private let compressionNorm: RMSNorm
    /// For each head, from its query to the latent vector, `[latent, still]`, and from there to its value.
    private let absorbed: [(key: Linear, value: Linear)]
    private let output: Linear
    private let rotary: RotaryEmbedding
    private let slot: AttentionSlot
    private let sizes: LatentSizes

    /// Whether queries are made of a small vector of their own.
    private enum Queries {
        case direct(Linear)
        case compressed(Linear, RMSNorm, Linear)
    }

    /// These norms have it whatever the configuration says of the others.
    private static let epsilon = 1e-6

    init(
        _ weights: WeightScope, _ common: DecoderConfiguration, _ sizes: LatentSizes, rotary: RotaryEmbedding,
        scale: Float, bias: Bool
    ) throws {
        let (width, heads) = (common.hiddenSize, common.queryHeads)
        if let rank = sizes.queryLatent {
            queries = .compressed(
                try Linear(weights["q_a_proj"], inputs: width, outputs: rank, bias: bias),
                try RMSNorm(weights["q_a_layernorm"], width: rank, epsilon: Self.epsilon),
                try Linear(weights["q_b_proj"], inputs: rank, outputs: heads * sizes.head, split: .column))
        } else {
            queries = .direct(
                try Linear(weights["q_proj"], inputs: width, outputs: heads * sizes.head, split: .column))
        }
        compression = try Linear(
            weights["kv_a_proj_with_mqa"], inputs: width, outputs: sizes.latent + sizes.rotated, bias: bias)
        compressionNorm = try RMSNorm(weights["kv_a_layernorm"], width: sizes.latent, epsilon: Self.epsilon)
        absorbed = try (0..<heads).map { try Self.absorbed(weights, head: $0, of: heads, sizes) }
        output = try Linear(
            weights["o_proj"], inputs: heads * sizes.value, outputs: width, bias: bias, split: .row)
        slot = AttentionSlot(
            weights,
            shape: AttentionShape(
                queryHeads: heads, kvHeads: 1, headDim: sizes.latent + sizes.rotated, valueDim: sizes.latent,
                scale: scale, isLatent: true))
        self.rotary = rotary
        self.sizes = sizes
    }

    /// Hugging Face has both layers of a head in one weight; GGUF files have them apart, the first turned over.
    private static func absorbed(
        _ weights: WeightScope, head: Int, of heads: Int, _ sizes: LatentSizes
    ) throws -> (key: Linear, value: Linear) {
        if weights["k_b_proj"]["weight"].exists {
            return (
                key: try Linear(
                    weights["k_b_proj"]["weight"], part: head, of: heads, inputs: sizes.still, outputs: sizes.latent),
                value: try Linear(
                    weights["v_b_proj"]["weight"], part: head, of: heads, inputs: sizes.latent, outputs: sizes.value)
            )
        }
        let place = weights["kv_b_proj"]["weight"]
        let both = try place.matrix(part: head, of: heads, rows: sizes.still + sizes.value, columns: sizes.latent)
        return (
            key: try Linear(place.transposed(both.rows(0..<sizes.still)), in: place),
            value: try Linear(both.rows(sizes.still..<both.rows), in: place)
        )
    }

    func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        let heads = slot.shape.queryHeads
        let parts = query(input).split(into: [sizes.still, sizes.rotated], groups: heads)
        let (still, turned) = (parts[0], parts[1])
        rotary.rotate(turned, heads: heads, headDim: sizes.rotated, pass)
        let keyParts = compression(input).split(into: [sizes.latent, sizes.rotated])
        compressionNorm.apply(to: keyParts[0])
        rotary.rotate(keyParts[1], heads: 1, headDim: sizes.rotated, pass)
        let key = keyParts[0].joined(keyParts[1], heads: 1)
        let latentQuery = perHead(still) { absorbed[$0].key }
        let found = pass.attend(
            query: latentQuery.joined(turned, heads: heads), key: key, value: key, in: slot)
        return output(perHead(pass.neededRows(of: found)) { absorbed[$0].value })
    }

    private func query(_ input: Tensor) -> Tensor {
        switch queries {
        case .direct(let layer): layer(input)
        case .compressed(let down, let norm, let up): up(norm(down(input)))
        }
    }

    /// Each head's part of the rows through a layer of its own.
    private func perHead(_ input: Tensor, _ layer: (_ head: Int) -> Linear) -> Tensor {
        let heads = slot.shape.queryHeads
        let width = input.columns / heads
        let outputs = layer(0).outputs
        let result = input.context.tensor(rows: input.rows, columns: heads * outputs)
        for head in 0..<heads {
            let part = layer(head)(input.columns((head * width)..<((head + 1) * width)))
            result.setColumns(from: head * outputs, to: part)
        }
        return result
    }
}
