/// `down(activation(gate(x)) · up(x))`, the feed-forward layer of LLaMA and its kin.
///
/// Source: Shazeer, GLU Variants Improve Transformer, 2020.
public struct GatedMLP: FeedForwardLayer {
    /// What the layers are called; `gate` is `nil` where `up` holds the rows of both, the gate's first.
    public struct Names: Sendable {
        public let gate: String?
        public let up: String
        public let down: String

        public init(gate: String? = "gate_proj", up: String = "up_proj", down: String = "down_proj") {
            self.gate = gate
            self.up = up
            self.down = down
        }
    }

    private let gate: Linear?
    private let up: Linear
    private let down: Linear
    private let activation: Activation

    /// Claims the three weights, or two, in the given scope.
    public init(
        _ weights: WeightScope, hiddenSize: Int, intermediateSize: Int, bias: Bool = false,
        activation: Activation = .silu, names: Names = Names()
    ) throws {
        gate = try names.gate.map {
            try Linear(weights[$0], inputs: hiddenSize, outputs: intermediateSize, bias: bias, split: .column)
        }
        up = try Linear(
            weights[names.up], inputs: hiddenSize, outputs: names.gate == nil ? 2 * intermediateSize : intermediateSize,
            bias: bias, split: .column)
        down = try Linear(weights[names.down], inputs: intermediateSize, outputs: hiddenSize, bias: bias, split: .row)
        self.activation = activation
    }

    /// An expert among many: its rows of weights that hold those of all experts, `[experts · outputs, inputs]`.
    ///
    /// - Parameter stacks: places of the gates, of what they open, and of the way down.
    public init(
        expert index: Int, of count: Int, stacks: (gate: WeightScope, up: WeightScope, down: WeightScope),
        hiddenSize: Int, intermediateSize: Int, activation: Activation = .silu
    ) throws {
        gate = try Linear(
            stacks.gate, part: index, of: count, inputs: hiddenSize, outputs: intermediateSize, split: .column)
        up = try Linear(
            stacks.up, part: index, of: count, inputs: hiddenSize, outputs: intermediateSize, split: .column)
        down = try Linear(
            stacks.down, part: index, of: count, inputs: intermediateSize, outputs: hiddenSize, split: .row)
        self.activation = activation
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
        let upper = up(input)
        guard let gate else {
            let halves = upper.split(into: [upper.columns / 2, upper.columns / 2])
            activation.gate(halves[0], halves[1])
            return down(halves[0])
        }
        let gated = gate(input)
        activation.gate(gated, upper)
        return down(gated)
    }
}
