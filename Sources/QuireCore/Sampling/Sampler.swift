/// Chooses a token from a row of logits.
///
/// Obligations: the choice depends on the row, the parameters and `random` alone; ties go to the lowest token.
public protocol Sampler: Sendable {
    static var name: String { get }

    init(params: SamplingParams)

    /// - Parameter logits: one row, `[vocabulary]`; at least one entry is finite, none is NaN.
    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID
}
