import QuireCore

/// A search that forks and drops sequences all the time: of all pairs of a sequence and a token it keeps the `n` with the
/// largest sum of logits.
struct RivalsStrategy: DecodingStrategy {
    static let name = "rivals"
    static let summary = "the largest sums of logits"
    static let runsTogether = true
    let width: Int

    init(params: SamplingParams) { width = params.n }

    func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
        let rows = candidates.map { (sum: $0.cumulativeLogprob, row: Array($0.logits), tokens: $0.tokens) }
        return Decision(
            continuations: Self.best(width, of: rows).map { parent, token in
                Continuation(
                    parent: parent, picked: PickedToken(token: token, logprob: Double(rows[parent].row[Int(token)])))
            })
    }

    /// The best pairs; ties go to the smaller text, so that the order of the sequences does not matter.
    private static func best(
        _ count: Int, of rows: [(sum: Double, row: [Float], tokens: [TokenID])]
    ) -> [(parent: Int, token: TokenID)] {
        var all: [(score: Double, parent: Int, token: TokenID)] = []
        for (parent, entry) in rows.enumerated() {
            for (token, logit) in entry.row.enumerated() {
                all.append((entry.sum + Double(logit), parent, TokenID(token)))
            }
        }
        all.sort { a, b in
            if a.score != b.score { return a.score > b.score }
            let (left, right) = (rows[a.parent].tokens + [a.token], rows[b.parent].tokens + [b.token])
            return left.lexicographicallyPrecedes(right)
        }
        return all.prefix(count).map { ($0.parent, $0.token) }
    }

    /// What it finds with `HashingModel`, computed without any engine.
    static func prediction(
        _ prompt: [TokenID], count: Int, width: Int, windows: [Int?] = [nil]
    ) -> Set<[TokenID]> {
        var sequences: [(sum: Double, tokens: [TokenID])] = [(0, prompt)]
        for _ in 0..<count {
            let rows = sequences.map { ($0.sum, HashingModel.logits(after: $0.tokens, windows: windows), $0.tokens) }
            sequences = best(width, of: rows).map { parent, token in
                (rows[parent].0 + Double(rows[parent].1[Int(token)]), rows[parent].2 + [token])
            }
        }
        return Set(sequences.map { Array($0.tokens[prompt.count...]) })
    }
}
