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

    private enum Entry {
        /// The gate, and what it opens.
        case separate(LinearGroup)
        /// Both in one, the gate first.
        case fused(Linear)
    }

    private let entry: Entry
    private let down: Linear
    private let activation: Activation

    /// Claims the three weights, or two, in the given scope.
    public init(
        _ weights: WeightScope, hiddenSize: Int, intermediateSize: Int, bias: Bool = false,
        activation: Activation = .silu, names: Names = Names()
    ) throws {
        func linear(_ name: String, _ width: Int) throws -> Linear {
            try Linear(weights[name], inputs: hiddenSize, outputs: width, bias: bias, split: .column)
        }
        if let gate = names.gate {
            let layers = try [linear(gate, intermediateSize), linear(names.up, intermediateSize)]
            entry = .separate(LinearGroup(layers, in: weights))
        } else {
            entry = .fused(try linear(names.up, 2 * intermediateSize))
        }
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
        let layers = try [stacks.gate, stacks.up].map { stack in
            try Linear(stack, part: index, of: count, inputs: hiddenSize, outputs: intermediateSize, split: .column)
        }
        entry = .separate(LinearGroup(layers, in: stacks.gate))
        down = try Linear(
            stacks.down, part: index, of: count, inputs: intermediateSize, outputs: hiddenSize, split: .row)
        self.activation = activation
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
        let parts: [Tensor]
        switch entry {
        case .separate(let group): parts = group(input)
        case .fused(let layer):
            let both = layer(input)
            parts = both.split(into: [both.columns / 2, both.columns / 2])
        }
        activation.gate(parts[0], parts[1])
        return down(parts[0])
    }
}
