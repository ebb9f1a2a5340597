/// `down(activation(up(x)))`: two layers and what bends the numbers between them.
public struct MLP: FeedForwardLayer {
    private let up: Linear
    private let down: Linear
    private let activation: Activation

    /// Claims the weights in the given places.
    public init(
        up: WeightScope, down: WeightScope, hiddenSize: Int, intermediateSize: Int, bias: Bool, activation: Activation
    ) throws {
        self.up = try Linear(up, inputs: hiddenSize, outputs: intermediateSize, bias: bias, split: .column)
        self.down = try Linear(down, inputs: intermediateSize, outputs: hiddenSize, bias: bias, split: .row)
        self.activation = activation
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
        let inner = up(input)
        activation.apply(to: inner)
        return down(inner)
    }
}
