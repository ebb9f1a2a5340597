import QuireCore

extension MatmulConformance {
    /// Checks that weights which are multiplied by together give the bytes that each gives alone, on other threads.
    ///
    /// - Parameters:
    ///   - types: of the weights, whose numbers of rows are random.
    ///   - widest: columns of the weights at most, rounded up to whole blocks of each type.
    /// - Returns: whether the backend serves the weights; where it objects to one nothing is checked.
    /// - Throws: `ConformanceFailure` that names the weight.
    @discardableResult
    public func checkGroup(seed: Int, types: [StorageType], widest: Int = 600) throws -> Bool {
        var random = TestRandom(seed: seed)
        let (tokens, width) = (random.roll(1...40), random.roll(1...widest))
        let block = types.map(\.elementsPerBlock).max() ?? 1  // powers of two all
        let columns = (width + block - 1) / block * block
        let weights = types.map {
            TestWeight(rows: random.roll(1...150), columns: columns, type: $0, random: &random).matrix
        }
        let input = random.floats(tokens * columns)
        let context = ComputeContext(kernels: kernels, workers: WorkerPool(threads: random.roll(1...3)))
        let matmul = try backend.init(context: context)
        guard weights.allSatisfy({ matmul.objections(to: $0).isEmpty }) else { return false }
        let group = matmul.group(try weights.map { try matmul.prepare($0) })
        let outputs = weights.map { weight in
            context.tensor(filled: Array(repeating: .nan, count: tokens * weight.rows), columns: weight.rows)
        }
        group.multiply(context.tensor(filled: input, columns: columns), into: outputs)
        for (index, weight) in weights.enumerated() {
            let found = (0..<tokens).flatMap { Array(outputs[index].row($0)) }
            let alone = try multiply(weight, input, tokens: tokens, threads: 2) ?? []
            guard found.map(\.bitPattern) == alone.map(\.bitPattern) else {
                let names = types.map(\.rawValue).joined(separator: ", ")
                throw ConformanceFailure(
                    "\(backend.name), seed \(seed): weight \(index) of \(names) together gives other bytes than alone")
            }
        }
        return true
    }
}
