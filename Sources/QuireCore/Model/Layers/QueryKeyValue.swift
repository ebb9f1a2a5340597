/// The projections to queries, keys and values: three layers, or one whose outputs are cut.
public struct QueryKeyValue {
    /// How the outputs of one layer are ordered.
    public enum Order: Sendable {
        /// All queries, all keys, all values.
        case stacked
        /// KV head by KV head: the queries that share it, its key, its value.
        case grouped
    }

    private enum Layers {
        /// Queries, keys and values.
        case separate(LinearGroup)
        case fused(Linear, Order)
    }

    private let layers: Layers
    private let shape: AttentionShape

    /// Claims `q_proj`, `k_proj` and `v_proj` in the given scope.
    public init(_ weights: WeightScope, hiddenSize: Int, shape: AttentionShape, bias: Bool) throws {
        func linear(_ name: String, _ width: Int) throws -> Linear {
            try Linear(weights[name], inputs: hiddenSize, outputs: width, bias: bias, split: .column)
        }
        let projections = try [
            linear("q_proj", shape.queryWidth), linear("k_proj", shape.keyWidth), linear("v_proj", shape.valueWidth),
        ]
        layers = .separate(LinearGroup(projections, in: weights))
        self.shape = shape
    }

    /// Claims one layer in the given scope.
    public init(
        fused weights: WeightScope, order: Order, hiddenSize: Int, shape: AttentionShape, bias: Bool
    ) throws {
        layers = .fused(
            try Linear(
                weights, inputs: hiddenSize, outputs: shape.queryWidth + shape.keyWidth + shape.valueWidth, bias: bias,
                split: .column), order)
        self.shape = shape
    }

    /// `[tokens, hidden]` to queries `[tokens, queryHeads · headDim]`, keys and values.
    func callAsFunction(_ input: Tensor) -> (query: Tensor, key: Tensor, value: Tensor) {
        let parts: [Tensor]
        switch layers {
        case .separate(let group): parts = group(input)
        case .fused(let layer, let order):
            let groups = order == .stacked ? 1 : shape.kvHeads
            let widths = [shape.queryWidth, shape.keyWidth, shape.valueWidth].map { $0 / groups }
            parts = layer(input).split(into: widths, groups: groups)
        }
        return (parts[0], parts[1], parts[2])
    }
}
