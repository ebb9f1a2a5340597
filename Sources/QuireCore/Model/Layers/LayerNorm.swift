/// Brings each row to mean 0 and variance 1, then scales and shifts it.
///
/// Source: Ba, Kiros and Hinton, Layer Normalization, 2016.
public struct LayerNorm: NormLayer {
    public let width: Int
    private let weight: WeightVector
    private let bias: WeightVector?
    private let epsilon: Float

    /// Claims `weight`, and `bias` where asked, in the given scope.
    public init(_ weights: WeightScope, width: Int, epsilon: Double, bias: Bool = true) throws {
        self.width = width
        weight = try weights["weight"].vector(count: width)
        self.bias = bias ? try weights["bias"].vector(count: width) : nil
        self.epsilon = Float(epsilon)
    }

    /// One norm for each head, without biases.
    ///
    /// - Parameter weights: `[heads, width]`, one head after the other.
    public init(heads weights: WeightVector, width: Int, epsilon: Double) {
        self.width = width
        weight = weights
        bias = nil
        self.epsilon = Float(epsilon)
    }

    public func normalize(_ input: Tensor, into output: Tensor) {
        let (source, target) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let (kernels, width, parts) = (input.context.kernels, width, input.columns / width)
        precondition(parts * width == input.columns, "a norm for \(width) numbers was given \(input.columns)")
        // Heads have weights of their own, or all the same.
        let heads = weight.count / width
        input.context.forRows(input.rows * parts, costPerRow: width * 2) { range in
            for row in range {
                kernels.layer_norm(
                    source.pointer + row * width, weight.baseAddress + row % heads * width, bias?.baseAddress, epsilon,
                    width, target.pointer + row * width)
            }
        }
    }
}
