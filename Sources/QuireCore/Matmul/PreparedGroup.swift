/// Weights that the same inputs are multiplied by: what `MatmulBackend.group` returns.
public protocol PreparedGroup: Sendable {
    /// Writes `input · weightᵀ` of each weight to its output, the bytes that the weight alone would give; shapes as those
    /// of `PreparedMatrix.multiply`.
    func multiply(_ input: Tensor, into outputs: [Tensor])
}

/// One weight after the other.
public struct SeparateMatrices: PreparedGroup {
    private let matrices: [any PreparedMatrix]

    public init(_ matrices: [any PreparedMatrix]) { self.matrices = matrices }

    public func multiply(_ input: Tensor, into outputs: [Tensor]) {
        for (matrix, output) in zip(matrices, outputs) { matrix.multiply(input, into: output) }
    }
}
