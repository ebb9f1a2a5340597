/// Linear layers with the same inputs, multiplied together where the matmul backend gains by that.
public struct LinearGroup {
    private let layers: [Linear]
    private let group: any PreparedGroup

    /// - Parameter weights: any place in the checkpoint that the layers are from.
    public init(_ layers: [Linear], in weights: WeightScope) {
        self.layers = layers
        group = weights.loader.matmul.group(layers.map(\.matrix))
    }

    /// `[tokens, inputs]` to `[tokens, outputs]` of each layer.
    public func callAsFunction(_ input: Tensor) -> [Tensor] {
        let outputs = layers.map { $0.outputTensor(for: input) }
        if input.rows > 0 { group.multiply(input, into: outputs) }
        for (layer, output) in zip(layers, outputs) { layer.addBias(to: output) }
        return outputs
    }
}
