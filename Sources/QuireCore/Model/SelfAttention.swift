/// Projects to queries, keys and values, rotates them, attends over the paged cache, and projects back.
public struct SelfAttention {
    private let query: Linear
    private let key: Linear
    private let value: Linear
    private let output: Linear
    private let rotary: RotaryEmbedding
    private let slot: AttentionSlot

    /// Claims `q_proj`, `k_proj`, `v_proj` and `o_proj` in the given scope.
    public init(
        _ weights: WeightScope, hiddenSize: Int, shape: AttentionShape, rotary: RotaryEmbedding, bias: Bool
    ) throws {
        query = try Linear(
            weights["q_proj"], inputs: hiddenSize, outputs: shape.queryWidth, bias: bias, split: .column)
        key = try Linear(
            weights["k_proj"], inputs: hiddenSize, outputs: shape.keyValueWidth, bias: bias, split: .column)
        value = try Linear(
            weights["v_proj"], inputs: hiddenSize, outputs: shape.keyValueWidth, bias: bias, split: .column)
        output = try Linear(weights["o_proj"], inputs: shape.queryWidth, outputs: hiddenSize, bias: bias, split: .row)
        self.rotary = rotary
        slot = AttentionSlot(weights, shape: shape)
    }

    /// `[tokens, hidden]` to the same shape.
    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        let queries = query(input)
        let keys = key(input)
        rotary.rotate(queries, heads: slot.shape.queryHeads, headDim: slot.shape.headDim, pass)
        rotary.rotate(keys, heads: slot.shape.kvHeads, headDim: slot.shape.headDim, pass)
        return output(pass.attend(query: queries, key: keys, value: value(input), in: slot))
    }
}

/// One layer's place in the KV cache; declaring it is what gives the layer a cache.
public struct AttentionSlot: Sendable {
    public let shape: AttentionShape
    let layer: Int

    public init(_ weights: WeightScope, shape: AttentionShape) {
        self.shape = shape
        layer = weights.loader.addAttention(shape)
    }
}
