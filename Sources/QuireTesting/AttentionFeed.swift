import QuireCore

/// Takes sequences through a paged cache chunk by chunk, as the engine does: tables over shuffled blocks, prefixes
/// shared by forking, and the first write to a shared block copying it.
final class AttentionFeed {
    private final class Entry {
        let sequence: AttentionSequence
        var table = BlockTable()
        var done = 0
        var hasStarted = false

        init(_ sequence: AttentionSequence) { self.sequence = sequence }
    }

    private let shape: AttentionShape
    private let context: ComputeContext
    private let cache: KVCache
    private let entries: [Entry]
    private var pool: BlockPool
    /// Every block that a sequence has had.
    private var used: Set<BlockID> = []
    /// `[length, queryHeads · valueDim]` of each sequence, as far as it has come.
    private(set) var outputs: [[Float]]

    /// The layer that is attended; those beside it must be left alone.
    private static let layer = 1
    /// A byte of which numbers of every floating-point type, and so the scales of int8, are NaN.
    private static let unwritten: UInt8 = 0xff

    init(
        _ sequences: [AttentionSequence], _ shape: AttentionShape, _ layout: KVLayout, _ context: ComputeContext,
        shuffling random: inout TestRandom
    ) throws {
        (self.shape, self.context) = (shape, context)
        entries = sequences.map { Entry($0) }
        outputs = Array(repeating: [], count: sequences.count)
        // Forks copy a tail each; some blocks stay free.
        let needed = sequences.reduce(0) { $0 + ($1.length + layout.blockSize - 1) / layout.blockSize + 1 }
        // Blocks that have left the window are gone, as the engine has it.
        pool = BlockPool(total: needed + 3, blockSize: layout.blockSize, windows: [shape.window])
        var blocks: [BlockID] = []
        while let block = pool.allocate() { blocks.append(block) }
        while !blocks.isEmpty { pool.release(blocks.remove(at: random.roll(0...(blocks.count - 1)))) }
        let beside = KVLayout(heads: 1, headDim: 4, blockSize: layout.blockSize, type: layout.type)
        cache = try KVCache(layouts: [beside, layout, beside], totalBlocks: needed + 3)
        // What was never written must not matter, not even where it is not a number.
        for (layer, layout) in cache.layouts.enumerated() {
            cache.baseAddress(layer: layer).initializeMemory(
                as: UInt8.self, repeating: Self.unwritten, count: cache.totalBlocks * layout.bytesPerBlock)
        }
    }

    deinit { for entry in entries { entry.table.release(to: &pool) } }

    var hasMore: Bool { entries.contains { $0.done < $0.sequence.length } }

    /// Runs one batch with a chunk of every sequence that is under way.
    func step(_ attention: any AttentionBackend, chunk: () -> Int) {
        startForks()
        var batch = Batch()
        var (query, key, value): ([Float], [Float], [Float]) = ([], [], [])
        var spans: [(index: Int, count: Int)] = []
        for (index, entry) in entries.enumerated() {
            joinUnderway(entry, spans)
            guard entry.hasStarted, entry.done < entry.sequence.length else { continue }
            let range = entry.done..<min(entry.done + chunk(), pause(of: index))
            guard let copies = entry.table.reserve(writing: range, from: &pool) else {
                preconditionFailure("the cache of a suite is too small")
            }
            cache.copy(copies)
            used.formUnion(entry.table.blocks)
            let tokens = Array(repeating: TokenID(0), count: range.count)
            batch.append(
                tokens: tokens[...], firstPosition: range.lowerBound, blocks: entry.table.blocks, sampled: 0..<0)
            query += entry.sequence.queries(range)
            key += entry.sequence.keys(range)
            value += entry.sequence.values(range)
            spans.append((index, range.count))
        }
        let output = context.tensor(rows: batch.count, columns: shape.outputWidth)
        attention.attend(
            query: context.tensor(filled: query, columns: shape.queryWidth),
            key: context.tensor(filled: key, columns: shape.keyWidth),
            value: context.tensor(filled: value, columns: shape.isLatent ? shape.keyWidth : shape.valueWidth),
            into: output, shape: shape,
            batch: batch, cache: cache, layer: Self.layer)
        var row = 0
        for (index, count) in spans {
            takeOverOutputs(index)
            for _ in 0..<count {
                outputs[index] += output.row(row)
                row += 1
            }
            entries[index].done += count
            entries[index].table.releaseUnseen(from: entries[index].done, to: &pool)
        }
    }

    /// Sequences without a prefix begin at once, the others when the one that they share has just that length.
    private func startForks() {
        for (index, entry) in entries.enumerated() where !entry.hasStarted {
            guard let prefix = entry.sequence.prefix else {
                entry.hasStarted = true
                continue
            }
            let parent = entries[prefix.sequence]
            guard parent.hasStarted, parent.done == prefix.length else { continue }
            fork(parent, to: entry, at: prefix.length)
            takeOverOutputs(index)
        }
    }

    /// Lets a sequence begin in the very batch that writes the last block which it shares, if that block becomes full:
    /// so prompts that arrive together share what the first of them computes.
    private func joinUnderway(_ entry: Entry, _ spans: [(index: Int, count: Int)]) {
        guard !entry.hasStarted, let prefix = entry.sequence.prefix, prefix.length % pool.blockSize == 0,
            let span = spans.first(where: { $0.index == prefix.sequence }),
            entries[prefix.sequence].done + span.count == prefix.length
        else { return }
        fork(entries[prefix.sequence], to: entry, at: prefix.length)
    }

    private func fork(_ parent: Entry, to entry: Entry, at length: Int) {
        entry.table = parent.table.fork(in: &pool)
        entry.done = length
        entry.hasStarted = true
    }

    /// What the sequence that it forked off had computed is its own.
    private func takeOverOutputs(_ index: Int) {
        guard outputs[index].isEmpty, let prefix = entries[index].sequence.prefix else { return }
        outputs[index] = Array(outputs[prefix.sequence].prefix(prefix.length * shape.outputWidth))
    }

    /// Where a sequence must stop next: its end, or the place where another forks off.
    private func pause(of index: Int) -> Int {
        let forks = entries.filter { $0.sequence.prefix?.sequence == index && !$0.hasStarted }
        return forks.compactMap { $0.sequence.prefix?.length }.min() ?? entries[index].sequence.length
    }

    /// - Throws: `ConformanceFailure` where a block was written that no sequence has, or another layer.
    func checkForeignBlocks(_ name: String) throws {
        for (layer, layout) in cache.layouts.enumerated() {
            for block in 0..<cache.totalBlocks where layer != Self.layer || !used.contains(BlockID(block)) {
                let start = cache.baseAddress(layer: layer) + block * layout.bytesPerBlock
                let bytes = UnsafeRawBufferPointer(start: start, count: layout.bytesPerBlock)
                if !bytes.allSatisfy({ $0 == Self.unwritten }) {
                    throw ConformanceFailure("\(name): wrote to block \(block) of layer \(layer), which is not its own")
                }
            }
        }
    }
}
