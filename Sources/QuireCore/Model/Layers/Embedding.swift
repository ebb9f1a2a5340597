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
        rows(pass.batch.tokens, pass.context)
    }

    func rows(_ indices: [Int32], _ context: ComputeContext) -> Tensor {
        let result = context.tensor(rows: indices.count, columns: width)
        for (row, token) in indices.enumerated() {
            let index = Int(token)
            precondition(index >= 0 && index < count, "\(token) is outside a table of \(count)")
            weight.widen(rows: index..<(index + 1), into: result.row(row).baseAddress!, kernels: context.kernels)
        }
        return result
    }
}

/// Learned positions: a row of a weight for each place in a sequence.
public struct PositionEmbedding {
    private let table: Embedding
    private let offset: Int32

    /// Claims `weight` in the given scope.
    ///
    /// - Parameters:
    ///   - count: positions; a model must not be given longer sequences, as its `max_position_embeddings` says.
    ///   - offset: rows before that of position 0.
    public init(_ weights: WeightScope, count: Int, width: Int, offset: Int = 0) throws {
        table = try Embedding(weights, count: count + offset, width: width)
        self.offset = Int32(offset)
    }

    /// The rows `[tokens, width]` of a pass's positions.
    public func callAsFunction(_ pass: ForwardPass) -> Tensor {
        table.rows(pass.positions.map { $0 + offset }, pass.context)
    }
}
