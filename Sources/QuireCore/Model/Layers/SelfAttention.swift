/// Projects to queries, keys and values, rotates them, attends over the paged cache, and projects back.
public struct SelfAttention: AttentionLayer {
    private let inputs: QueryKeyValue
    private let output: Linear
    private let slot: AttentionSlot
    /// `nil` where positions come otherwise, or not at all.
    private let rotary: RotaryEmbedding?
    /// Of each head, or of all heads together: as wide as the norm says.
    public var queryNorm: (any NormLayer)?
    public var keyNorm: (any NormLayer)?

    /// - Parameter slot: this layer's place in the cache.
    public init(inputs: QueryKeyValue, output: Linear, slot: AttentionSlot, rotary: RotaryEmbedding?) {
        self.inputs = inputs
        self.output = output
        self.slot = slot
        self.rotary = rotary
    }

    /// Claims `q_proj`, `k_proj`, `v_proj` and `o_proj` in the given scope.
    public init(
        _ weights: WeightScope, hiddenSize: Int, shape: AttentionShape, rotary: RotaryEmbedding?, bias: Bool = false,
        outputBias: Bool? = nil, outputName: String = "o_proj"
    ) throws {
        self.init(
            inputs: try QueryKeyValue(weights, hiddenSize: hiddenSize, shape: shape, bias: bias),
            output: try Linear(
                weights[outputName], inputs: shape.outputWidth, outputs: hiddenSize, bias: outputBias ?? bias,
                split: .row),
            slot: AttentionSlot(weights, shape: shape), rotary: rotary)
    }

    /// Claims one layer for queries, keys and values, and the one back.
    public init(
        fused: WeightScope, order: QueryKeyValue.Order, output: WeightScope, hiddenSize: Int, shape: AttentionShape,
        rotary: RotaryEmbedding?, bias: Bool
    ) throws {
        self.init(
            inputs: try QueryKeyValue(fused: fused, order: order, hiddenSize: hiddenSize, shape: shape, bias: bias),
            output: try Linear(output, inputs: shape.outputWidth, outputs: hiddenSize, bias: bias, split: .row),
            slot: AttentionSlot(fused, shape: shape), rotary: rotary)
    }

    public func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor {
        let (queries, keys, values) = inputs(input)
        queryNorm?.apply(to: queries)
        keyNorm?.apply(to: keys)
        let shape = slot.shape
        rotary?.rotate(queries, heads: shape.queryHeads, headDim: shape.headDim, pass)
        rotary?.rotate(keys, heads: shape.kvHeads, headDim: shape.headDim, pass)
        return output(pass.neededRows(of: pass.attend(query: queries, key: keys, value: values, in: slot)))
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
