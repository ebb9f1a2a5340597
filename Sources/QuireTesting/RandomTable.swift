import QuireCore

/// Logits that follow from the last token and its position: a model in which nothing is computed.
struct RandomTable {
    let seed: Int
    let vocabularySize: Int

    func row(after token: TokenID, at position: Int) -> [Float] {
        var random = TestRandom(seed: seed &* 1_000_003 &+ Int(token) &* 4_099 &+ position)
        return random.floats(vocabularySize).map { $0 * 3 }
    }
}

/// The table as an engine runs it.
final class TableRunner: ModelRunner {
    let vocabularySize: Int
    private let table: RandomTable
    private let context: ComputeContext

    init(table: RandomTable, context: ComputeContext) {
        vocabularySize = table.vocabularySize
        self.table = table
        self.context = context
    }

    func run(_ batch: Batch, copies: [BlockCopy]) -> Tensor {
        let logits = context.tensor(rows: batch.sampledRows.count, columns: vocabularySize)
        for (index, source) in batch.sampledRows.enumerated() {
            let row = table.row(after: batch.tokens[source], at: Int(batch.positions[source]))
            _ = logits.row(index).update(fromContentsOf: row)
        }
        return logits
    }
}

/// Draws by adding probabilities up; knows temperature alone.
struct CumulativeSampler: Sampler {
    static let name = "cumulative"
    private let temperature: Double

    init(params: SamplingParams) { temperature = params.temperature }

    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        let largest = logits.max() ?? 0
        guard temperature > 0 else { return TokenID(logits.firstIndex(of: largest) ?? 0) }
        let weights = logits.map { exponential(Double($0 - largest) / temperature) }
        var random = random
        var rest = random.unit() * weights.reduce(0, +)
        for (token, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return TokenID(token) }
        }
        return TokenID(logits.firstIndex(of: largest) ?? 0)
    }
}
