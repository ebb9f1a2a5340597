/// Chooses, token by token, which experts it goes to and what each one's answer weighs.
///
/// Ties go to the expert with the lower number.
public struct ExpertRouter {
    /// What the router's outputs become before experts are chosen.
    public enum Scoring: Sendable {
        /// A distribution over all experts.
        case softmax
        /// Each by itself.
        case sigmoid
        /// The outputs as they are; the weights are a distribution over the chosen ones alone.
        case softmaxOfChosen
    }

    /// Experts in groups, of which the best are looked at only.
    public struct Groups: Sendable {
        public let count: Int
        public let chosen: Int
        /// How many of its best scores speak for a group.
        public let best: Int

        public init(count: Int, chosen: Int, best: Int) {
            self.count = count
            self.chosen = chosen
            self.best = best
        }
    }

    /// One expert that a token goes to.
    struct Choice {
        let expert: Int
        let weight: Float
    }

    public let experts: Int
    public let expertsPerToken: Int
    private let layer: Linear
    private let scoring: Scoring
    /// Divides the weights by their sum.
    public var normalizes = false
    /// Multiplies the weights.
    public var scale: Float = 1
    public var groups: Groups?
    /// Added to the scores for the choice only.
    public var correction: WeightVector?

    /// Claims `weight`, and `bias` where asked, in the given scope.
    public init(
        _ weights: WeightScope, hiddenSize: Int, experts: Int, expertsPerToken: Int, scoring: Scoring,
        bias: Bool = false
    ) throws {
        layer = try Linear(weights, inputs: hiddenSize, outputs: experts, bias: bias)
        self.experts = experts
        self.expertsPerToken = expertsPerToken
        self.scoring = scoring
    }

    /// What each row chooses, in the order of the experts.
    func choose(_ input: Tensor) -> [[Choice]] {
        let outputs = layer(input)
        return (0..<outputs.rows).map { choose(Array(outputs.row($0))) }
    }

    private func choose(_ outputs: [Float]) -> [Choice] {
        let scores: [Float] =
            switch scoring {
            case .softmax: Self.softmax(outputs)
            case .sigmoid: outputs.map { 1 / (1 + Self.exponential(-$0)) }
            case .softmaxOfChosen: outputs
            }
        var wanted = scores
        if let correction { for (index, value) in correction.values.enumerated() { wanted[index] += value } }
        let chosen = Self.best(expertsPerToken, of: wanted, among: candidates(wanted)).sorted()
        var weights = chosen.map { scores[$0] }
        if scoring == .softmaxOfChosen { weights = Self.softmax(weights) }
        if normalizes {
            // No chosen score may be above zero where sigmoids have run out of digits.
            let total = weights.reduce(0, +) + 1e-20
            weights = weights.map { $0 / total }
        }
        return zip(chosen, weights).map { Choice(expert: $0, weight: $1 * scale) }
    }

    /// The experts of the best groups.
    private func candidates(_ scores: [Float]) -> [Int] {
        guard let groups else { return Array(0..<experts) }
        let size = experts / groups.count
        let members = (0..<groups.count).map { Array(($0 * size)..<(($0 + 1) * size)) }
        let merits = members.map { Self.best(groups.best, of: scores, among: $0).reduce(0) { $0 + scores[$1] } }
        return Self.best(groups.chosen, of: merits, among: Array(0..<groups.count)).flatMap { members[$0] }
    }

    /// The indices of the highest scores, the highest first.
    private static func best(_ count: Int, of scores: [Float], among indices: [Int]) -> [Int] {
        Array(indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(count))
    }

    private static func softmax(_ numbers: [Float]) -> [Float] {
        let largest = numbers.max() ?? 0
        let powers = numbers.map { exponential($0 - largest) }
        let total = powers.reduce(0, +)
        return powers.map { $0 / total }
    }

    private static func exponential(_ x: Float) -> Float { Float(exp(Double(x))) }
}

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif
