import QuireCore

/// Reproducible random numbers for properties.
struct Dice {
    private var source: RandomSource

    init(_ seed: Int) { source = RandomSource(seed: UInt64(seed), branch: 0, position: 0) }

    /// A number from the range.
    mutating func roll(_ range: Range<Int>) -> Int {
        range.lowerBound + Int(source.next() % UInt64(range.count))
    }

    mutating func chance(_ percent: Int) -> Bool { roll(0..<100) < percent }
}

/// A sampler that takes the largest logit.
struct GreedySampler: Sampler {
    static let name = "greedy"
    init(params: SamplingParams) {}

    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        TokenID(kernels.argmax(logits.baseAddress!, logits.count))
    }
}

/// `n` sequences that all go their own way: the `branch`-th best token first, then the best.
struct FanStrategy: DecodingStrategy {
    static let name = "parallel"
    let width: Int
    init(params: SamplingParams) { width = params.n }

    func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> [Continuation] {
        if isFirst, let prompt = candidates.first {
            return try (0..<width).map {
                Continuation(parent: 0, picked: try picker.pick(prompt.logits, tokens: prompt.tokens, branch: $0))
            }
        }
        return try candidates.enumerated().map { index, candidate in
            let picked = try picker.pick(candidate.logits, tokens: candidate.tokens, branch: candidate.branch)
            return Continuation(parent: index, picked: picked)
        }
    }
}

enum Parts {
    static func make(_ change: (inout PluginRegistry) throws -> Void = { _ in }) throws -> EngineParts {
        var registry = PluginRegistry()
        try registry.samplers.add("random", GreedySampler.self)
        try registry.decodingStrategies.add("parallel", FanStrategy.self)
        try change(&registry)
        return try EngineParts(registry: registry)
    }

    static func context(threads: Int = 1) throws -> ComputeContext {
        ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: threads))
    }
}

/// A model whose next token follows from all tokens before it, read from its own paged memory: if the engine gave it a
/// wrong block, a wrong position or a block that somebody else wrote to, the tokens come out wrong.
final class HashingModel: ModelRunner {
    let vocabularySize = 50
    private let context: ComputeContext
    private let blockSize: Int
    /// Token and its hash of everything up to it, by slot.
    private var slots: [(token: TokenID, hash: UInt64)?]
    private(set) var largestBatch = 0
    /// Throws at the next run.
    var failsOnce = false
    /// A token after which the logits are not numbers.
    var poison: TokenID?

    struct Failure: Error {}

    init(blocks: Int, blockSize: Int, context: ComputeContext) {
        self.context = context
        self.blockSize = blockSize
        slots = Array(repeating: nil, count: blocks * blockSize)
    }

    func run(_ batch: Batch, copies: [BlockCopy]) throws -> Tensor {
        largestBatch = max(largestBatch, batch.count)
        for copy in copies {
            for slot in 0..<blockSize {
                slots[Int(copy.target) * blockSize + slot] = slots[Int(copy.source) * blockSize + slot]
            }
        }
        if failsOnce {
            failsOnce = false
            throw Failure()
        }
        var hashes: [UInt64] = []
        var written: Set<Int> = []
        for span in batch.spans {
            func slot(_ position: Int) -> Int {
                Int(batch.tables[span.tableStart + position / blockSize]) * blockSize + position % blockSize
            }
            for index in 0..<span.count {
                let position = span.firstPosition + index
                let token = batch.tokens[span.start + index]
                precondition(batch.positions[span.start + index] == position, "positions disagree with spans")
                precondition(written.insert(slot(position)).inserted, "two writes to one slot in one step")
                // Read all that came before, as attention does.
                var hash: UInt64 = 17
                for earlier in 0..<position {
                    guard let stored = slots[slot(earlier)] else { preconditionFailure("a slot was never written") }
                    hash = Self.mix(hash, stored.token)
                    precondition(hash == stored.hash, "a slot holds another sequence's token")
                }
                hash = Self.mix(hash, token)
                slots[slot(position)] = (token, hash)
                hashes.append(hash)
            }
        }
        let logits = context.tensor(rows: batch.sampledRows.count, columns: vocabularySize)
        for (row, index) in batch.sampledRows.enumerated() {
            Self.fill(logits.row(row), hashes[index])
            if batch.tokens[index] == poison { logits.row(row)[3] = .nan }
        }
        return logits
    }

    private static func mix(_ hash: UInt64, _ token: TokenID) -> UInt64 {
        var mixed = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 29
        return mixed
    }

    private static func fill(_ row: UnsafeMutableBufferPointer<Float>, _ hash: UInt64) {
        for token in row.indices { row[token] = Float(mix(hash, TokenID(token)) % 10_007) / 100 }
    }

    /// The tokens that it gives for a prompt, computed without any engine.
    static func prediction(_ prompt: [TokenID], count: Int, vocabularySize: Int = 50) -> [TokenID] {
        var hash: UInt64 = 17
        for token in prompt { hash = mix(hash, token) }
        var result: [TokenID] = []
        for _ in 0..<count {
            let values = (0..<vocabularySize).map { Float(mix(hash, TokenID($0)) % 10_007) / 100 }
            let best = TokenID(values.firstIndex(of: values.max() ?? 0) ?? 0)
            result.append(best)
            hash = mix(hash, best)
        }
        return result
    }
}
