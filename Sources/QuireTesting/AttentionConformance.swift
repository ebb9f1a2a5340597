import QuireCore

/// What every attention backend must do: agree with plain attention in double precision over random shapes, block
/// tables and chunks, never read a slot that was not written, and, where it says so, give a row the same bytes always.
public struct AttentionConformance {
    private let backend: any AttentionBackend.Type
    private let kernels: Kernels
    /// By how much a result may differ from the oracle's, for inputs between -1 and 1.
    private let tolerance: Double

    public init(_ backend: any AttentionBackend.Type, kernels: Kernels, tolerance: Double = 2e-5) {
        self.backend = backend
        self.kernels = kernels
        self.tolerance = tolerance
    }

    /// Checks one random situation.
    ///
    /// - Parameters:
    ///   - seed: which.
    ///   - longest: tokens of the longest sequence.
    /// - Throws: `ConformanceFailure` that says what differs.
    public func check(seed: Int, longest: Int = 200) throws {
        var random = TestRandom(seed: seed)
        let kvHeads = random.roll(1...4)
        let shape = AttentionShape(
            queryHeads: kvHeads * random.roll(1...5), kvHeads: kvHeads, headDim: random.pick([4, 8, 24, 64, 80, 128]))
        let layout = KVLayout(heads: kvHeads, headDim: shape.headDim, blockSize: random.pick([8, 16, 32]))
        guard try backend.init(context: context(threads: 1)).objections(to: shape, layout: layout).isEmpty else {
            return
        }
        let sequences = (0..<random.roll(1...4)).map { _ in
            AttentionSequence(length: random.roll(1...longest), shape: shape, random: &random)
        }
        let mixed = try run(sequences, shape, layout, threads: 2, chunks: { $0.roll(1...40) }, random: &random)
        for (index, sequence) in sequences.enumerated() {
            let expected = sequence.oracle(shape)
            for (position, (found, wanted)) in zip(mixed[index], expected).enumerated()
            where !(abs(Double(found) - wanted) <= tolerance) {
                throw ConformanceFailure(
                    "\(backend.name), seed \(seed): sequence \(index), value \(position) is \(found), expected \(wanted)"
                )
            }
        }
        guard backend.isBatchInvariant else { return }
        for (index, sequence) in sequences.enumerated() {
            let alone = try run([sequence], shape, layout, threads: 1, chunks: { _ in longest }, random: &random)
            let stepwise = try run([sequence], shape, layout, threads: 2, chunks: { _ in 1 }, random: &random)
            if alone[0].map(\.bitPattern) != mixed[index].map(\.bitPattern)
                || stepwise[0].map(\.bitPattern) != mixed[index].map(\.bitPattern)
            {
                throw ConformanceFailure(
                    "\(backend.name), seed \(seed): sequence \(index) alone differs from the same in a mixed batch")
            }
        }
    }

    private func context(threads: Int) -> ComputeContext {
        ComputeContext(kernels: kernels, workers: WorkerPool(threads: threads))
    }

    /// Feeds the sequences through a fresh cache in chunks, all of them in each step.
    private func run(
        _ sequences: [AttentionSequence], _ shape: AttentionShape, _ layout: KVLayout, threads: Int,
        chunks: (inout TestRandom) -> Int, random: inout TestRandom
    ) throws -> [[Float]] {
        let context = context(threads: threads)
        let attention = try backend.init(context: context)
        let needed = sequences.map { ($0.length + layout.blockSize - 1) / layout.blockSize }
        let total = needed.reduce(0, +) + 3
        let cache = try KVCache(layouts: [layout], totalBlocks: total)
        // What was never written must not matter, not even where it is not a number.
        cache.baseAddress(layer: 0).update(repeating: .nan, count: total * layout.floatsPerBlock)
        var ids = (0..<BlockID(total)).map { $0 }
        for index in ids.indices.reversed() { ids.swapAt(index, random.roll(0...index)) }
        let tables = needed.map { count in
            defer { ids.removeFirst(count) }
            return Array(ids[..<count])
        }
        var done = Array(repeating: 0, count: sequences.count)
        var outputs: [[Float]] = Array(repeating: [], count: sequences.count)
        while zip(done, sequences).contains(where: { $0 < $1.length }) {
            var batch = Batch()
            var query: [Float] = []
            var key: [Float] = []
            var value: [Float] = []
            var spans: [(sequence: Int, count: Int)] = []
            for (index, sequence) in sequences.enumerated() where done[index] < sequence.length {
                let count = min(chunks(&random), sequence.length - done[index])
                let range = done[index]..<(done[index] + count)
                let tokens = Array(repeating: TokenID(0), count: count)
                batch.append(tokens: tokens[...], firstPosition: done[index], blocks: tables[index], sampled: 0..<0)
                query += sequence.query[(range.lowerBound * shape.queryWidth)..<(range.upperBound * shape.queryWidth)]
                key += sequence.key[(range.lowerBound * shape.keyValueWidth)..<(range.upperBound * shape.keyValueWidth)]
                value +=
                    sequence.value[
                        (range.lowerBound * shape.keyValueWidth)..<(range.upperBound * shape.keyValueWidth)]
                spans.append((index, count))
            }
            let output = context.tensor(rows: batch.count, columns: shape.queryWidth)
            attention.attend(
                query: context.tensor(filled: query, columns: shape.queryWidth),
                key: context.tensor(filled: key, columns: shape.keyValueWidth),
                value: context.tensor(filled: value, columns: shape.keyValueWidth), into: output, shape: shape,
                batch: batch, cache: cache, layer: 0)
            var row = 0
            for (index, count) in spans {
                for _ in 0..<count {
                    outputs[index] += output.row(row)
                    row += 1
                }
                done[index] += count
            }
        }
        return outputs
    }
}
