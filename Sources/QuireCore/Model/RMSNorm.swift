/// Divides each row by its root mean square and scales it: `x / √(mean(x²) + ε) · w`.
///
/// Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.
public struct RMSNorm {
    private let weight: WeightVector
    private let epsilon: Float

    /// Claims `weight` in the given scope.
    public init(_ weights: WeightScope, width: Int, epsilon: Double) throws {
        weight = try weights["weight"].vector(count: width)
        self.epsilon = Float(epsilon)
    }

    /// `[tokens, width]` to the same shape.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        let output = input.context.tensor(rows: input.rows, columns: input.columns)
        let (source, target) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let (kernels, width) = (input.context.kernels, input.columns)
        input.context.forRows(input.rows, costPerRow: width) { range in
            for row in range {
                kernels.rms_norm(
                    source.pointer + row * width, weight.baseAddress, epsilon, width, target.pointer + row * width)
            }
        }
        return output
    }
}
