/// Looks up a row of a `[vocabulary, width]` weight for each token.
public struct Embedding {
    public let count: Int
    public let width: Int
    let weight: WeightMatrix

    /// Claims `weight` in the given scope.
    public init(_ weights: WeightScope, count: Int, width: Int) throws {
        weight = try weights["weight"].matrix(rows: count, columns: width)
        guard weight.order == nil else {
            throw WeightError(
                place: weights.loader.source.place,
                problem: "the embedding '\(weight.name)' is quantised with act-order; only linear layers can be")
        }
        weights.loader.keep(weight)
        self.count = count
        self.width = width
    }

    /// The rows `[tokens, width]` of a pass's tokens.
    public func callAsFunction(_ pass: ForwardPass) -> Tensor {
        let result = pass.context.tensor(rows: pass.batch.count, columns: width)
        for (row, token) in pass.batch.tokens.enumerated() {
            let index = Int(token)
            precondition(index >= 0 && index < count, "token \(token) is outside the vocabulary")
            weight.widen(rows: index..<(index + 1), into: result.row(row).baseAddress!, kernels: pass.context.kernels)
        }
        return result
    }
}
