/// A feed-forward layer made of many, of which each token goes through a few; all tokens of an expert go together.
///
/// Source: Shazeer et al., Outrageously Large Neural Networks: The Sparsely-Gated Mixture-of-Experts Layer, 2017.
public struct MixtureOfExperts: FeedForwardLayer {
    private let router: ExpertRouter
    private let experts: [any FeedForwardLayer]
    /// What every token goes through besides.
    public var shared: (any FeedForwardLayer)?

    public init(router: ExpertRouter, experts: [any FeedForwardLayer]) {
        precondition(router.experts == experts.count, "a router for another number of experts")
        self.router = router
        self.experts = experts
    }

    public func callAsFunction(_ input: Tensor) -> Tensor {
        var tokens: [[(row: Int, weight: Float)]] = Array(repeating: [], count: experts.count)
        for (row, choices) in router.choose(input).enumerated() {
            for choice in choices { tokens[choice.expert].append((row, choice.weight)) }
        }
        let output = input.context.tensor(rows: input.rows, columns: input.columns)
        for row in 0..<output.rows { output.row(row).update(repeating: 0) }
        // In the order of experts, so that a row's sum does not depend on its neighbours.
        for (expert, chosen) in zip(experts, tokens) where !chosen.isEmpty {
            let answers = expert(input.gathered(chosen.map(\.row)))
            for (index, choice) in chosen.enumerated() {
                input.context.kernels.add_scaled(
                    output.row(choice.row).baseAddress!, answers.row(index).baseAddress!, choice.weight,
                    output.columns)
            }
        }
        if let shared { output.add(shared(input)) }
        return output
    }

    /// Gated layers as experts, claimed in the given scope: each in a place with its number, or all stacked.
    public static func gatedExperts(
        _ weights: WeightScope, count: Int, hiddenSize: Int, intermediateSize: Int, activation: Activation = .silu,
        names: (gate: String, up: String, down: String) = ("gate_proj", "up_proj", "down_proj")
    ) throws -> [any FeedForwardLayer] {
        // GGUF files stack them, under the usual names.
        let stacks = (
            gate: weights["gate_proj"]["weight"], up: weights["up_proj"]["weight"], down: weights["down_proj"]["weight"]
        )
        let isStacked = stacks.gate.exists
        return try (0..<count).map { index in
            if isStacked {
                return try GatedMLP(
                    expert: index, of: count, stacks: stacks, hiddenSize: hiddenSize,
                    intermediateSize: intermediateSize, activation: activation)
            }
            return try GatedMLP(
                weights[index], hiddenSize: hiddenSize, intermediateSize: intermediateSize, activation: activation,
                names: GatedMLP.Names(gate: names.gate, up: names.up, down: names.down))
        }
    }

    /// `experts`, checked against `expertsPerToken`.
    ///
    /// - Throws: `ConfigurationError` where a token would go through more experts than there are.
    public static func counts(
        _ config: ModelConfiguration, experts: String, perToken: String
    ) throws(ConfigurationError) -> (experts: Int, perToken: Int) {
        let count = try config.positive(experts)
        let used = try config.positive(perToken)
        guard used <= count else {
            throw config.error(perToken, expected: "at most \(config.name(of: experts)) (\(count))")
        }
        return (count, used)
    }
}
