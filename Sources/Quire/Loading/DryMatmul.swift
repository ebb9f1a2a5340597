import QuireCore

/// Sizes weights as another backend would and touches none: for plans.
struct DryMatmul: MatmulBackend {
    static let name = "dry"
    static let summary = "sizes weights and reads none"
    static let isBatchInvariant = true
    private let sized: any MatmulBackend

    init(sizing backend: any MatmulBackend) { sized = backend }
    init(context: ComputeContext) throws { preconditionFailure("a dry backend sizes another one") }

    func objections(to weight: WeightMatrix) -> [String] { sized.objections(to: weight) }

    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int {
        sized.packedBytes(rows: rows, columns: columns, type: type)
    }

    func prepare(_ weight: WeightMatrix) -> any PreparedMatrix { Sized(rows: weight.rows, columns: weight.columns) }

    private struct Sized: PreparedMatrix {
        let rows: Int
        let columns: Int
        func multiply(_ input: Tensor, into output: Tensor) { preconditionFailure("a plan does not multiply") }
    }
}
