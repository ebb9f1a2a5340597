import QuireCore

/// A model whose next token follows from all tokens before it, read from its own paged memory: if the engine gave it a
/// wrong block, a wrong position or a block that somebody else wrote to, the tokens come out wrong.
final class HashingModel: ModelRunner {
    static let vocabularySize = 50
    var vocabularySize: Int { Self.vocabularySize }
    private let context: ComputeContext
    private let blockSize: Int
    /// Token and its hash of everything up to it, by slot.
    private var slots: [(token: TokenID, hash: UInt64)?]
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

    init(blocks: Int, blockSize: Int, context: ComputeContext) {
        self.context = context
        self.blockSize = blockSize
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
            func slot(_ position: Int) -> Int {
                Int(batch.tables[span.tableStart + position / blockSize]) * blockSize + position % blockSize
            }
            expect(span.tableCount * blockSize >= span.contextLength, "a table is too short for its tokens")
            for index in 0..<span.count {
                let position = span.firstPosition + index
                let token = batch.tokens[span.start + index]
                expect(batch.positions[span.start + index] == position, "positions disagree with spans")
                expect(written.insert(slot(position)).inserted, "two writes to one slot in one step")
                var hash = Self.start
                for earlier in 0..<position {
                    guard let stored = slots[slot(earlier)] else {
                        faults.append("a slot that is read was never written")
                        break
                    }
                    hash = Self.mix(hash, stored.token)
                    expect(hash == stored.hash, "a slot holds another sequence's token")
                }
                hash = Self.mix(hash, token)
                slots[slot(position)] = (token, hash)
                hashes.append(hash)
            }
        }
        return hashes
    }

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
    static func logits(after tokens: some Sequence<TokenID>) -> [Float] { row(tokens.reduce(start, mix)) }

    /// The tokens that it gives for a prompt, computed without any engine.
    static func prediction(
        _ prompt: [TokenID], count: Int, params: SamplingParams = SamplingParams(temperature: 0), branch: Int = 0
    ) -> [TokenID] {
        var tokens = prompt
        while tokens.count - prompt.count < count {
            let random = RandomSource(
                seed: (params.seed ?? 0) + UInt64(branch), position: tokens.count - prompt.count)
            tokens.append(TopThreeSampler.choice(logits(after: tokens), params, random))
            if params.stopTokenIDs.contains(tokens[tokens.count - 1]) { break }
        }
        return Array(tokens[prompt.count...])
    }
}
