import QuireCore

/// What every attention backend must do: agree with plain attention in double precision over random shapes, block
/// tables, shared prefixes and chunks, read no slot that was not written, write to no block but its own, and, where it
/// says so, give a row the same bytes always.
public struct AttentionConformance {
    private let backend: any AttentionBackend.Type
    private let kernels: Kernels
    /// By how much a result may differ from the oracle's, for keys and values between -1 and 1.
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
    ///   - type: of the cache. Results are compared with plain attention over the numbers as rounded to it, and must be no
    ///     further from attention over the numbers themselves than that rounding allows.
    ///   - longest: tokens of the longest sequence.
    /// - Returns: whether the backend serves the situation's shape; where it objects nothing is checked.
    /// - Throws: `ConformanceFailure` that says what differs.
    @discardableResult
    public func check(seed: Int, type: KVCacheType = .float32, longest: Int = 200) throws -> Bool {
        var random = TestRandom(seed: seed)
        let shape = Self.shape(&random)
        let layout = KVLayout(shape, blockSize: random.pick([8, 16, 32]), type: type)
        guard try backend.init(context: context(threads: 1)).objections(to: shape, layout: layout).isEmpty else {
            return false
        }
        var sequences: [AttentionSequence] = []
        for index in 0..<random.roll(1...4) {
            let roots = sequences.indices.filter { sequences[$0].prefix == nil }
            let prefix = index > 0 && random.roll(0...1) == 1 ? random.pick(roots) : nil
            sequences.append(
                AttentionSequence(
                    length: random.roll(1...longest), shape: shape, type: type,
                    sharing: prefix.map { ($0, sequences[$0]) },
                    random: &random))
        }
        let together = try feed(sequences, shape, layout, threads: 2, random: &random) { $0.roll(1...40) }
        let place = "\(backend.name), \(type) cache, seed \(seed)"
        for (index, sequence) in sequences.enumerated() {
            try compare(together[index], sequence, shape, "\(place), sequence \(index)", &random)
        }
        guard backend.isBatchInvariant else { return true }
        for (index, sequence) in sequences.map(\.alone).enumerated() {
            let whole = try feed([sequence], shape, layout, threads: 1, random: &random) { _ in longest }
            let stepwise = try feed([sequence], shape, layout, threads: 2, random: &random) { _ in 1 }
            for (name, other) in [("in one piece", whole[0]), ("token by token", stepwise[0])]
            where other.map(\.bitPattern) != together[index].map(\.bitPattern) {
                throw ConformanceFailure("\(place): sequence \(index) alone, \(name), differs from a mixed batch")
            }
        }
        return true
    }

    /// Half of the shapes are plain; the others have one or several of what models add to attention.
    private static func shape(_ random: inout TestRandom) -> AttentionShape {
        let kvHeads = random.roll(1...4)
        let queryHeads = kvHeads * random.roll(1...5)
        let headDim = random.pick([4, 8, 24, 64, 80, 96, 128])
        let scale: Float? = random.pick([nil, 0.03, 0.4])
        guard random.roll(0...1) == 1 else {
            return AttentionShape(queryHeads: queryHeads, kvHeads: kvHeads, headDim: headDim, scale: scale)
        }
        func sometimes<Value>(_ value: Value) -> Value? { random.roll(0...2) == 0 ? value : nil }
        let isLatent = random.roll(0...3) == 0
        var shape = AttentionShape(
            queryHeads: queryHeads, kvHeads: kvHeads, headDim: headDim, valueDim: random.pick([nil, headDim / 2 + 1]),
            scale: scale, window: random.pick([nil, 1, 7, 64, random.roll(1...150)]),
            softCap: sometimes(random.pick([2, 30])),
            linearBias: sometimes(
                LinearBias(slopes: random.floats(queryHeads), scale: 0.5, isRounded: random.roll(0...1) == 0)),
            isLatent: isLatent)
        shape.sinks = sometimes(random.floats(queryHeads).map { $0 * 4 }) ?? []
        return shape
    }

    private func context(threads: Int) -> ComputeContext {
        ComputeContext(kernels: kernels, workers: WorkerPool(threads: threads))
    }

    private func feed(
        _ sequences: [AttentionSequence], _ shape: AttentionShape, _ layout: KVLayout, threads: Int,
        random: inout TestRandom, chunk: (inout TestRandom) -> Int
    ) throws -> [[Float]] {
        let context = context(threads: threads)
        let feed = try AttentionFeed(sequences, shape, layout, context, shuffling: &random)
        let attention = try backend.init(context: context)
        while feed.hasMore { feed.step(attention) { chunk(&random) } }
        try feed.checkForeignBlocks(backend.name)
        return feed.outputs
    }

    /// The first rows, the last one and some between: a plain computation of all rows would take too long.
    private func compare(
        _ found: [Float], _ sequence: AttentionSequence, _ shape: AttentionShape, _ place: String,
        _ random: inout TestRandom
    ) throws {
        let some = (0..<40).map { _ in random.roll(0...(sequence.length - 1)) }
        for position in Set(some + Array(0..<min(20, sequence.length)) + [sequence.length - 1]) {
            let exact = sequence.oracle(position: position)
            for (index, wanted) in sequence.rounded.oracle(position: position).enumerated() {
                let value = found[position * shape.outputWidth + index]
                let name = "\(place): position \(position), dimension \(index)"
                guard abs(Double(value) - wanted.value) <= tolerance else {
                    throw ConformanceFailure("\(name) is \(value), expected \(wanted.value)")
                }
                guard abs(Double(value) - exact[index].value) <= exact[index].roundingBound + tolerance else {
                    throw ConformanceFailure(
                        "\(name) is \(value), further from \(exact[index].value) than rounding allows")
                }
            }
        }
    }
}
