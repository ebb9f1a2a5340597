import QuireCore

/// A model whose next token follows from all tokens before it, read from its own paged memory: if the engine gave it a
/// wrong block, a wrong position or a block that somebody else wrote to, the tokens come out wrong.
final class HashingModel: ModelRunner {
    static let vocabularySize = 50
    var vocabularySize: Int { Self.vocabularySize }
    private let context: ComputeContext
    private let blockSize: Int
    /// How far back each group of its layers sees.
    let windows: [Int?]
    /// Token, its hash of everything up to it, and the group of layers that wrote it, by slot.
    private var slots: [(token: TokenID, hash: UInt64, group: Int)?]
    private(set) var largestBatch = 0
    private(set) var mostSampledRows = 0
    /// What a batch had that it must not have.
    private(set) var faults: [String] = []
    /// Throws at the next run.
    var failsOnce = false
    /// A token after which the logits are not numbers.
    var poison: TokenID?
    /// Sees every batch before it runs.
    var inspect: ((Batch) -> Void)?

    struct Failure: Error {}

    init(blocks: Int, blockSize: Int, windows: [Int?] = [nil], context: ComputeContext) {
        self.context = context
        self.blockSize = blockSize
        self.windows = windows
        slots = Array(repeating: nil, count: blocks * blockSize)
    }

    func run(_ batch: Batch, copies: [BlockCopy]) throws -> Tensor {
        largestBatch = max(largestBatch, batch.count)
        mostSampledRows = max(mostSampledRows, batch.sampledRows.count)
        inspect?(batch)
        for copy in copies {
            for slot in 0..<blockSize {
                slots[Int(copy.target) * blockSize + slot] = slots[Int(copy.source) * blockSize + slot]
            }
        }
        if failsOnce {
            failsOnce = false
            throw Failure()
        }
        let hashes = write(batch)
        let logits = context.tensor(rows: batch.sampledRows.count, columns: vocabularySize)
        for (row, index) in batch.sampledRows.enumerated() {
            _ = logits.row(row).update(fromContentsOf: Self.row(hashes[index]))
            if batch.tokens[index] == poison { logits.row(row)[3] = .nan }
        }
        return logits
    }

    /// Writes the batch's tokens to their slots, each after reading all that came before it, as attention does.
    private func write(_ batch: Batch) -> [UInt64] {
        var hashes: [UInt64] = []
        var written: Set<Int> = []
        for span in batch.spans {
            expect(span.tableCount * blockSize >= span.contextLength, "a table is too short for its tokens")
            for group in windows.indices { checkHoles(span, group, batch) }
            for index in 0..<span.count {
                let position = span.firstPosition + index
                let token = batch.tokens[span.start + index]
                expect(batch.positions[span.start + index] == position, "positions disagree with spans")
                var before: UInt64?
                for group in windows.indices {
                    guard let seen = read(upTo: position, span, group, batch) else { continue }
                    expect(before == nil || before == seen, "layers hold different tokens")
                    before = seen
                }
                let hash = Self.mix(before ?? Self.start, token)
                for group in windows.indices {
                    guard let slot = slot(position, span, group, batch) else { continue }
                    expect(written.insert(slot).inserted, "two writes to one slot in one step")
                    slots[slot] = (token, hash, group)
                }
                hashes.append(hash)
            }
        }
        return hashes
    }

    private func slot(_ position: Int, _ span: Batch.Span, _ group: Int, _ batch: Batch) -> Int? {
        let block = Int(batch.tables[span.tableStart(ofGroup: group) + position / blockSize])
        expect(block >= 0, "a block is gone that is in the window")
        return block >= 0 ? block * blockSize + position % blockSize : nil
    }

    /// The hash of all tokens before a position, from those that a group sees; `nil` where it sees none of them.
    private func read(upTo position: Int, _ span: Batch.Span, _ group: Int, _ batch: Batch) -> UInt64? {
        let first = windows[group].map { max(0, position - $0 + 1) } ?? 0
        var hash = first == 0 ? Self.start : nil
        for earlier in first..<position {
            guard let stored = slot(earlier, span, group, batch).flatMap({ slots[$0] }) else {
                expect(false, "a slot that is read was never written")
                return hash
            }
            expect(stored.group == group, "a slot holds what other layers wrote")
            if let hash { expect(Self.mix(hash, stored.token) == stored.hash, "a slot holds another sequence's token") }
            hash = stored.hash
        }
        return hash
    }

    /// A table has every block that is seen, and none that is not.
    private func checkHoles(_ span: Batch.Span, _ group: Int, _ batch: Batch) {
        guard let window = windows[group] else { return }
        var held = span.contextLength
        for index in 0..<span.tableCount {
            let isGone = batch.tables[span.tableStart(ofGroup: group) + index] == BlockTable.hole
            // The first token of the span sees the positions from here on.
            let isSeen = (index + 1) * blockSize > span.firstPosition - window + 1
            expect(isGone != isSeen, isGone ? "a block is gone that is in the window" : "a block has left the window")
            if isGone { held -= blockSize }
        }
        expect(held <= window + span.count + blockSize, "\(held) tokens are held for a window of \(window)")
    }

    /// Whether no token sees the one before it.
    private static func isBlind(_ windows: [Int?]) -> Bool { windows.allSatisfy { $0 == 1 } }

    func expect(_ condition: Bool, _ fault: @autoclosure () -> String) {
        if !condition, faults.count < 10 { faults.append(fault()) }
    }

    // MARK: - What it computes

    private static let start: UInt64 = 17

    private static func mix(_ hash: UInt64, _ token: TokenID) -> UInt64 {
        var mixed = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        return mixed
    }

    private static func row(_ hash: UInt64) -> [Float] {
        (0..<vocabularySize).map { Float(mix(hash, TokenID($0)) % 10_007) / 1_000 }
    }

    /// The logits after the given tokens.
    static func logits(after tokens: some Collection<TokenID>, windows: [Int?] = [nil]) -> [Float] {
        row(tokens.dropFirst(isBlind(windows) ? tokens.count - 1 : 0).reduce(start, mix))
    }

    /// The tokens that it gives for a prompt, computed without any engine.
    static func prediction(
        _ prompt: [TokenID], count: Int, params: SamplingParams = SamplingParams(temperature: 0), branch: Int = 0,
        windows: [Int?] = [nil]
    ) -> [TokenID] {
        var tokens = prompt
        while tokens.count - prompt.count < count {
            let random = RandomSource(
                seed: (params.seed ?? 0) + UInt64(branch), position: tokens.count - prompt.count)
            tokens.append(TopThreeSampler.choice(logits(after: tokens, windows: windows), params, random))
            if params.stopTokenIDs.contains(tokens[tokens.count - 1]) { break }
        }
        return Array(tokens[prompt.count...])
    }
}
