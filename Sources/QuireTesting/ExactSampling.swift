import QuireCore

/// The distribution that sampling parameters ask for, computed the slow way, and how well draws agree with it.
enum ExactSampling {
    /// Probabilities after temperature, min-p, top-k and top-p, in vLLM's order.
    static func probabilities(_ logits: [Float], _ params: SamplingParams) -> [Double] {
        if params.isGreedy {
            let best = logits.firstIndex(of: logits.max() ?? 0) ?? 0
            return logits.indices.map { $0 == best ? 1 : 0 }
        }
        let largest = Double(logits.max() ?? 0)
        var weights = logits.map { $0 == -.infinity ? 0 : exponential((Double($0) - largest) / params.temperature) }
        weights = weights.map { $0 < params.minP ? 0 : $0 }
        let order = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        if params.topK > 0 { for token in order.dropFirst(params.topK) { weights[token] = 0 } }
        if params.topP < 1 {
            let wanted = params.topP * weights.reduce(0, +)
            var reached = 0.0
            for token in order {
                let weight = weights[token]
                if reached >= wanted { weights[token] = 0 }
                reached += weight
            }
        }
        let kept = weights.reduce(0, +)
        return weights.map { $0 / kept }
    }

    /// Pearson's statistic; tokens too rare to be counted one by one are counted together.
    static func chiSquare(_ counts: [Int], _ probabilities: [Double]) -> (value: Double, freedom: Int) {
        let draws = Double(counts.reduce(0, +))
        var cells: [(count: Double, mean: Double)] = []
        var rare = (count: 0.0, mean: 0.0)
        for (count, probability) in zip(counts, probabilities) where probability > 0 {
            let cell = (count: Double(count), mean: probability * draws)
            if cell.mean >= 5 {
                cells.append(cell)
            } else {
                rare = (rare.count + cell.count, rare.mean + cell.mean)
            }
        }
        if rare.mean >= 5 { cells.append(rare) }
        let value = cells.reduce(0) { $0 + ($1.count - $1.mean) * ($1.count - $1.mean) / $1.mean }
        return (value, max(0, cells.count - 1))
    }

    /// What the statistic exceeds by chance once in some thirty thousand times (Wilson and Hilferty, 1931).
    static func limit(freedom: Int) -> Double {
        guard freedom > 0 else { return 1e-9 }
        let part = 2 / (9 * Double(freedom))
        let root = 1 - part + 4 * part.squareRoot()
        return Double(freedom) * root * root * root
    }
}
