import QuireCore

/// What every matmul backend must do: agree with a product in double precision over random shapes and all weight types,
/// and, where it says so, give a row the same bytes in any batch and on any number of threads; `checkGroup`: together what
/// each weight gives alone.
public struct MatmulConformance {
    let backend: any MatmulBackend.Type
    let kernels: Kernels
    private let activationBlock: Int?

    /// - Parameter activationBlock: for backends that round activations to 8 bits: how many share a scale. The rounding
    ///   is then allowed for, in full and no more.
    public init(_ backend: any MatmulBackend.Type, kernels: Kernels, activationBlock: Int? = nil) {
        self.backend = backend
        self.kernels = kernels
        self.activationBlock = activationBlock
    }

    /// Checks one random shape.
    ///
    /// - Parameter widest: columns of the weight at most, rounded up to whole blocks of a quantised type.
    /// - Returns: whether the backend serves the weight; where it objects nothing is checked.
    /// - Throws: `ConformanceFailure` that says what differs.
    @discardableResult
    public func check(seed: Int, type: StorageType, widest: Int = 600) throws -> Bool {
        var random = TestRandom(seed: seed)
        let (tokens, rows, width) = (random.roll(1...70), random.roll(1...150), random.roll(1...widest))
        let columns = (width + type.elementsPerBlock - 1) / type.elementsPerBlock * type.elementsPerBlock
        let weight = TestWeight(rows: rows, columns: columns, type: type, random: &random)
        let input = random.floats(tokens * columns)
        guard let together = try multiply(weight.matrix, input, tokens: tokens, threads: 2) else { return false }
        let place = "\(backend.name), \(type.rawValue), seed \(seed), \(tokens) × \(columns) by \(rows)"
        for token in 0..<tokens {
            for row in 0..<rows {
                let found = Double(together[token * rows + row])
                let activations = input[(token * columns)..<((token + 1) * columns)]
                let (wanted, size) = weight.product(row: row, activations)
                let rounding = activationBlock.map { weight.rounding(row: row, activations, block: $0) } ?? 0
                // Float32 sums lose up to some units of the last place of the sum of magnitudes.
                guard abs(found - wanted) <= 1e-6 * size + 1e-7 + rounding else {
                    throw ConformanceFailure("\(place): [\(token)][\(row)] is \(found), expected \(wanted)")
                }
            }
        }
        guard backend.isBatchInvariant else { return true }
        // Each token alone, then a part of the batch that begins somewhere else.
        let first = random.roll(0...(tokens - 1))
        for range in (0..<tokens).map({ $0..<($0 + 1) }) + [first..<tokens] {
            let part = Array(input[(range.lowerBound * columns)..<(range.upperBound * columns)])
            let threads = 1 + range.lowerBound % 3
            let found = try multiply(weight.matrix, part, tokens: range.count, threads: threads) ?? []
            let expected = together[(range.lowerBound * rows)..<(range.upperBound * rows)]
            if found.map(\.bitPattern) != expected.map(\.bitPattern) {
                throw ConformanceFailure("\(place): rows \(range), \(threads) threads, differ from the whole batch")
            }
        }
        return true
    }

    func multiply(_ weight: WeightMatrix, _ input: [Float], tokens: Int, threads: Int) throws -> [Float]? {
        let context = ComputeContext(kernels: kernels, workers: WorkerPool(threads: threads))
        let matmul = try backend.init(context: context)
        guard matmul.objections(to: weight).isEmpty else { return nil }
        let prepared = try matmul.prepare(weight)
        guard prepared.rows == weight.rows, prepared.columns == weight.columns else {
            throw ConformanceFailure("\(backend.name): a prepared weight has another shape than the weight")
        }
        let output = context.tensor(rows: tokens, columns: weight.rows)
        // What lay in the output before must not matter.
        output.baseAddress.update(repeating: .nan, count: tokens * weight.rows)
        let tensor = context.tensor(filled: input, columns: weight.columns)
        prepared.multiply(tensor, into: output)
        guard (0..<tokens).flatMap({ Array(tensor.row($0)) }) == input else {
            throw ConformanceFailure("\(backend.name): changed its input")
        }
        return (0..<tokens).flatMap { Array(output.row($0)) }
    }
}
