/// Divides each row by its root mean square and scales it: `x / √(mean(x²) + ε) · w`.
///
/// Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.
public struct RMSNorm: NormLayer {
    public let width: Int
    private let weight: WeightVector
    private let epsilon: Float

    /// Claims `weight` in the given scope.
    ///
    /// - Parameter offset: added to the weight, where a family stores its distance from one.
    public init(_ weights: WeightScope, width: Int, epsilon: Double, offset: Float = 0) throws {
        self.width = width
        let stored = try weights["weight"].vector(count: width)
        weight = offset == 0 ? stored : stored.adding(offset)
        self.epsilon = Float(epsilon)
    }

    public func normalize(_ input: Tensor, into output: Tensor) {
        let (source, target) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let (kernels, width, parts) = (input.context.kernels, width, input.columns / width)
        precondition(parts * width == input.columns, "a norm for \(width) numbers was given \(input.columns)")
        input.context.forRows(input.rows * parts, costPerRow: width) { range in
            for row in range {
                kernels.rms_norm(
                    source.pointer + row * width, weight.baseAddress, epsilon, width, target.pointer + row * width)
            }
        }
    }
}
