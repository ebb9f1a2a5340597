import NativeMatmul
import QuireCore
import Testing

/// Routers here multiply by one, so a row is its own scores; experts answer with a one at their number, so what comes out
/// are the weights.
@Suite("Mixtures of experts")
struct ExpertTests {
    private let context: ComputeContext

    init() throws { context = ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: 2)) }

    private func root(_ weights: some WeightSource) -> WeightScope {
        WeightLoader(source: weights, matmul: NativeMatmul(context: context), context: context).root
    }

    private func router(
        _ experts: Int, choosing perToken: Int, _ scoring: ExpertRouter.Scoring, bias: Bool = false
    ) throws -> ExpertRouter {
        try ExpertRouter(
            root(UnitWeights(size: experts))["gate"], hiddenSize: experts, experts: experts,
            expertsPerToken: perToken, scoring: scoring, bias: bias)
    }

    private func tensor(_ rows: [[Float]]) -> Tensor {
        let tensor = context.tensor(rows: rows.count, columns: rows[0].count)
        for (index, row) in rows.enumerated() { _ = tensor.row(index).update(fromContentsOf: row) }
        return tensor
    }

    /// What each expert's answer weighs.
    private func weights(_ router: ExpertRouter, _ scores: [Float]) -> [Double] {
        let mixture = MixtureOfExperts(router: router, experts: (0..<router.experts).map { OneHot(place: $0) })
        return mixture(tensor([scores])).row(0).map(Double.init)
    }

    private func agree(_ found: [Double], _ wanted: [Double]) -> Bool {
        found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-6 && ($1 != 0 || $0 == 0) }
    }

    /// A way of scoring, whether weights are normalised, and the weights of the scores 1, 3, 2 and 0, by numpy.
    static let scorings: [(ExpertRouter.Scoring, normalizes: Bool, weights: [Double])] = [
        (.softmax, false, [0, 0.6439142598879722, 0.23688281808991013, 0]),
        (.softmax, true, [0, 0.7310585786300049, 0.2689414213699951, 0]),
        (.sigmoid, false, [0, 0.9525741268224334, 0.8807970779778823, 0]),
        (.sigmoid, true, [0, 0.5195751544086155, 0.48042484559138454, 0]),
        (.softmaxOfChosen, false, [0, 0.7310585786300049, 0.2689414213699951, 0]),
    ]

    @Test("the two best of four weigh what the way of scoring says", arguments: scorings)
    func scoring(_ scoring: ExpertRouter.Scoring, normalizes: Bool, expected: [Double]) throws {
        var router = try router(4, choosing: 2, scoring)
        router.normalizes = normalizes
        #expect(agree(weights(router, [1, 3, 2, 0]), expected))
        router.scale = 2.5
        #expect(agree(weights(router, [1, 3, 2, 0]), expected.map { $0 * 2.5 }))
    }

    @Test("a correction decides who is chosen, and not what the answer weighs")
    func correction() throws {
        var router = try router(4, choosing: 2, .sigmoid)
        // 0.73, 0.95, 0.88 and 0.5 become 0.73, -0.05, 0.88 and 1.
        router.correction = WeightVector([0, -1, 0, 0.5])
        #expect(agree(weights(router, [1, 3, 2, 0]), [0, 0, 0.8807970779778823, 0.5]))
    }

    @Test("the router's bias is added to the scores")
    func bias() throws {
        // Biases are 0, 1, 2 and 3.
        let router = try router(4, choosing: 1, .sigmoid, bias: true)
        #expect(agree(weights(router, [1, 3, 2, 2]), [0, 0, 0, 0.9933071490757153]))
    }

    @Test("scores that are all nought are shared without a division by it")
    func nought() throws {
        var router = try router(4, choosing: 2, .sigmoid)
        router.normalizes = true
        #expect(weights(router, [-200, -200, -200, -200]).allSatisfy { $0.isFinite })
    }

    @Test("experts of the best groups alone are chosen; one score or two speak for a group")
    func groups() throws {
        var router = try router(6, choosing: 2, .sigmoid)
        let scores: [Float] = [5, -9, 4, 3.9, 3, 3.8]
        #expect(weights(router, scores).map { $0 > 0 } == [true, false, true, false, false, false])
        router.groups = ExpertRouter.Groups(count: 3, chosen: 1, best: 1)
        #expect(agree(weights(router, scores), [0.9933071490757153, 0.00012339457598623172, 0, 0, 0, 0]))
        router.groups = ExpertRouter.Groups(count: 3, chosen: 1, best: 2)
        #expect(agree(weights(router, scores), [0, 0, 0.9820137900379085, 0.9801596942659225, 0, 0]))
        router.groups = ExpertRouter.Groups(count: 3, chosen: 2, best: 2)
        #expect(weights(router, [9, -9, 1, 3, 3, 2]).map { $0 > 0 } == [false, false, false, true, true, false])
    }

    @Test("a correction speaks for groups too")
    func correctedGroups() throws {
        var router = try router(4, choosing: 2, .sigmoid)
        router.groups = ExpertRouter.Groups(count: 2, chosen: 1, best: 2)
        router.correction = WeightVector([0, 0, 2, 0])
        #expect(agree(weights(router, [2, 2, 0, 0]), [0, 0, 0.5, 0.5]))
    }

    @Test("ties go to the expert, and the group, with the lower number")
    func ties() throws {
        var router = try router(6, choosing: 2, .softmaxOfChosen)
        #expect(weights(router, [1, 1, 1, 1, 1, 1]) == [0.5, 0.5, 0, 0, 0, 0])
        #expect(weights(router, [0, 1, 1, 1, 0, 0]) == [0, 0.5, 0.5, 0, 0, 0])
        router.groups = ExpertRouter.Groups(count: 3, chosen: 1, best: 2)
        #expect(weights(router, [0, 0, 1, 1, 1, 1]) == [0, 0, 0.5, 0.5, 0, 0])
    }

    @Test("chosen experts alone run, each once, with their rows in order; what is shared is added to every row")
    func calls() throws {
        let experts = (0..<4).map { _ in CountingLayer() }
        var mixture = MixtureOfExperts(router: try router(4, choosing: 2, .softmaxOfChosen), experts: experts)
        let rows: [[Float]] = [[3, 2, 0, 0], [0, 3, 1, 2], [5, 4, 0, 1]]
        let plain = mixture(tensor(rows))
        #expect(experts[0].calls == [[rows[0], rows[2]]])
        #expect(experts[1].calls == [[rows[0], rows[1], rows[2]]])
        #expect(experts[2].calls.isEmpty)
        #expect(experts[3].calls == [[rows[1]]])
        // Weights add up to one, and all experts give back what they get.
        for (index, row) in rows.enumerated() {
            #expect(agree(plain.row(index).map(Double.init), row.map(Double.init)))
        }
        mixture.shared = CountingLayer()
        let both = mixture(tensor(rows))
        for (index, row) in rows.enumerated() {
            #expect(agree(both.row(index).map(Double.init), row.map { 2 * Double($0) }))
        }
        #expect(mixture(context.tensor(rows: 0, columns: 4)).rows == 0)
    }

    @Test("a row's answer is the same bytes alone and among others", arguments: ["experts", "stacked"])
    func invariant(kind: String) throws {
        var shapes = ["gate.weight": [5, 48]]
        for part in ["gate_proj", "up_proj", "down_proj"] {
            let shape = part == "down_proj" ? [48, 56] : [56, 48]
            if kind == "stacked" { shapes["experts.\(part).weight"] = [5] + shape }
            for expert in 0..<(kind == "stacked" ? 0 : 5) { shapes["experts.\(expert).\(part).weight"] = shape }
        }
        let root = root(PatternWeights(shapes))
        var router = try ExpertRouter(
            root["gate"], hiddenSize: 48, experts: 5, expertsPerToken: 2, scoring: .softmax)
        router.normalizes = true
        let mixture = MixtureOfExperts(
            router: router,
            experts: try MixtureOfExperts.gatedExperts(
                root["experts"], count: 5, hiddenSize: 48, intermediateSize: 56))
        let rows: [[Float]] = (0..<40).map { row in
            (0..<48).map { column in
                let number = (row * 977 + column * 131 + 17) % 257
                return Float(number) / 128 - 1
            }
        }
        let together = mixture(tensor(rows))
        for (index, row) in rows.enumerated() {
            let alone = mixture(tensor([row]))
            #expect(alone.row(0).map(\.bitPattern) == together.row(index).map(\.bitPattern))
        }
    }
}

/// Answers every row with a one at its place.
private struct OneHot: FeedForwardLayer {
    let place: Int

    func callAsFunction(_ input: Tensor) -> Tensor {
        let output = input.context.tensor(rows: input.rows, columns: input.columns)
        for row in 0..<output.rows {
            output.row(row).update(repeating: 0)
            output.row(row)[place] = 1
        }
        return output
    }
}

/// Gives back what it gets, and remembers it.
private final class CountingLayer: FeedForwardLayer {
    private(set) var calls: [[[Float]]] = []

    func callAsFunction(_ input: Tensor) -> Tensor {
        let rows = (0..<input.rows).map { Array(input.row($0)) }
        calls.append(rows)
        let output = input.context.tensor(rows: input.rows, columns: input.columns)
        for (index, row) in rows.enumerated() { _ = output.row(index).update(fromContentsOf: row) }
        return output
    }
}

/// A router's weights: the unit matrix, and its numbers as biases.
private final class UnitWeights: WeightSource {
    let place = "model.bin"
    let names = ["gate.weight", "gate.bias"]
    private let size: Int
    private let memory: UnsafeMutableBufferPointer<Float>

    init(size: Int) {
        self.size = size
        memory = .allocate(capacity: size * size + size)
        memory.initialize(repeating: 0)
        for index in 0..<size {
            memory[index * size + index] = 1
            memory[size * size + index] = Float(index)
        }
    }

    deinit { memory.deallocate() }

    func tensor(named name: String) -> StoredTensor? {
        guard names.contains(name) else { return nil }
        let isBias = name == "gate.bias"
        let numbers = isBias ? memory[(size * size)...] : memory[..<(size * size)]
        return StoredTensor(
            shape: isBias ? [size] : [size, size], typeName: "f32",
            bytes: UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: numbers)), owner: self, release: {})
    }
}
