/// Multiplies activations by weights.
///
/// Obligations: `multiply` computes `output[t][n] = Σ_k input[t][k] · weight[n][k]` in float32. A backend that says
/// `isBatchInvariant` gives each output row the same bytes whatever the other rows, their number and the threads are.
public protocol MatmulBackend: Sendable {
    static var name: String { get }

    /// One line about what it does and what it costs, for `quire plugins`.
    static var summary: String { get }

    /// Whether a row's result depends on that row alone, bit for bit.
    static var isBatchInvariant: Bool { get }

    init(context: ComputeContext) throws

    /// Why it cannot multiply by this weight; empty means it can.
    func objections(to weight: WeightMatrix) -> [String]

    /// Bytes that `prepare` will copy for a weight of this shape; 0 where it is read in place.
    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int

    /// Packs, widens or just holds a weight, once, at loading. Where it copies it gives the weight's pages back.
    func prepare(_ weight: WeightMatrix) throws -> any PreparedMatrix

    /// What `prepare` made of a weight in an earlier process and `ComputeContext.packedWeights` kept; `nil` where there is
    /// none. Then the weight itself is not read.
    func restore(_ name: String, rows: Int, columns: Int, type: StorageType) -> (any PreparedMatrix)?

    /// Weights that the same inputs are multiplied by, for a backend that gains by knowing; by default one after the other.
    func group(_ matrices: [any PreparedMatrix]) -> any PreparedGroup
}

extension MatmulBackend {
    public func restore(_ name: String, rows: Int, columns: Int, type: StorageType) -> (any PreparedMatrix)? { nil }

    public func group(_ matrices: [any PreparedMatrix]) -> any PreparedGroup { SeparateMatrices(matrices) }
}

/// A weight that is ready to be multiplied by: what `MatmulBackend.prepare` returns.
public protocol PreparedMatrix: Sendable {
    /// Output width.
    var rows: Int { get }
    /// Input width.
    var columns: Int { get }

    /// Writes `input · weightᵀ` to `output`; shapes `[tokens, columns]` and `[tokens, rows]`.
    func multiply(_ input: Tensor, into output: Tensor)
}
