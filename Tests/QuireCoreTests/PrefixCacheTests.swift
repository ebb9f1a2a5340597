import QuireCore
import Testing

@Suite("Blocks are found again by what they hold")
struct PrefixCacheTests {
    static let hash = BlockHash(scope: .salt(nil)).following([1, 2, 3, 4])

    @Test("a published block is found while it is in use, and after it was freed")
    func finding() throws {
        var pool = BlockPool(total: 2, blockSize: 4)
        let taken = pool.allocate()
        let block = try #require(taken)
        let early = pool.take(Self.hash)
        pool.publish(block, as: Self.hash)
        let shared = pool.take(Self.hash)
        #expect(early == nil && shared == block && pool.referenceCount(of: block) == 2)
        pool.release(block)
        pool.release(block)
        #expect(pool.freeCount == 2)
        let again = pool.take(Self.hash)
        #expect(again == block && pool.freeCount == 1)
        pool.checkInvariants(tables: [[block]])
        pool.release(block)
    }

    @Test("the least recently freed block goes first, and is not found any more")
    func eviction() {
        var pool = BlockPool(total: 3, blockSize: 4)
        var blocks: [BlockID] = []
        while let block = pool.allocate() { blocks.append(block) }
        let hashes = (0..<3).map { BlockHash(scope: .salt(nil)).following([TokenID($0)]) }
        for (block, hash) in zip(blocks, hashes) { pool.publish(block, as: hash) }
        for block in [blocks[1], blocks[0], blocks[2]] { pool.release(block) }
        let first = pool.allocate()
        #expect(first == blocks[1] && pool.numEvictions == 1)
        let (gone, kept) = (pool.take(hashes[1]), pool.take(hashes[0]))
        #expect(gone == nil && kept == blocks[0])
        let (last, none) = (pool.allocate(), pool.allocate())
        #expect(last == blocks[2] && none == nil)
        pool.checkInvariants(tables: [blocks])
        for block in blocks { pool.release(block) }
    }

    @Test("of two blocks that hold the same the first stays findable")
    func duplicates() {
        var pool = BlockPool(total: 2, blockSize: 4)
        var blocks: [BlockID] = []
        while let block = pool.allocate() { blocks.append(block) }
        for block in blocks { pool.publish(block, as: Self.hash) }
        let found = pool.take(Self.hash)
        #expect(pool.findableCount == 1 && found == blocks[0])
        pool.checkInvariants(tables: [blocks, [blocks[0]]])
        for block in blocks + [blocks[0]] { pool.release(block) }
    }

    @Test("a hash depends on tokens, on everything before them, and on the scope")
    func hashes() {
        let start = BlockHash(scope: .salt(nil))
        #expect(start.following([1, 2]) == BlockHash(scope: .salt(nil)).following([1, 2]))
        let others = [
            start, BlockHash(scope: .salt("")), BlockHash(scope: .salt("a")), start.following([1, 2]),
            start.following([2, 1]),
            start.following([1]).following([2]), start.following([1, 2]).following([1, 2]),
            BlockHash(scope: .salt("a")).following([1, 2]),
        ]
        #expect(Set(others).count == others.count)
    }
}

@Suite("Prompts that begin alike")
struct SharedPrefixTests {
    static func engine(caches: Bool = true, blocks: Int = 32) throws -> Engine {
        let context = try Parts.context()
        return Engine(
            model: HashingModel(blocks: blocks, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxSequences: 8, maxModelLength: 64, cachesPrefixes: caches),
            totalBlocks: blocks, blockSize: 4, context: context)
    }

    static func run(
        _ engine: Engine, _ prompt: [TokenID], scope: String? = nil, promptLogprobs: Int? = nil
    ) throws -> RequestOutput {
        let params = SamplingParams(
            temperature: 0, maxTokens: 6, ignoreEOS: true, promptLogprobs: promptLogprobs, cacheSalt: scope)
        try engine.add(Request(id: 1, prompt: prompt, params: params))
        while true {
            for update in engine.step() { if let result = update.result { return try result.get() } }
            engine.checkInvariants()
        }
    }

    static let prompt = (0..<18).map { TokenID($0) }

    @Test("the second request computes only what is new, and says the same")
    func secondRequest() throws {
        let engine = try Self.engine()
        let first = try Self.run(engine, Self.prompt)
        let second = try Self.run(engine, Self.prompt)
        #expect(first.metrics.cachedTokens == 0 && second.metrics.cachedTokens == 16)
        #expect(second.metrics.computedTokens == first.metrics.computedTokens - 16)
        #expect(second.outputs == first.outputs)
        #expect(engine.numCachedTokens == 16)
    }

    @Test("the last token of a prompt is always computed, though all of it is there")
    func wholePrompt() throws {
        let engine = try Self.engine()
        _ = try Self.run(engine, Array(Self.prompt[..<16]))
        #expect(try Self.run(engine, Array(Self.prompt[..<16])).metrics.cachedTokens == 12)
    }

    @Test("the next turn of a conversation finds the answer of the last one")
    func conversation() throws {
        let engine = try Self.engine()
        let first = try Self.run(engine, Self.prompt)
        // 18 and 6 tokens, of which the last was never run: five full blocks.
        let next = Self.prompt + (first.outputs.first?.tokenIDs ?? []) + [7, 8, 9]
        #expect(try Self.run(engine, next).metrics.cachedTokens == 20)
    }

    @Test("another scope, or a cache that is off, shares nothing")
    func scopes() throws {
        let engine = try Self.engine()
        let first = try Self.run(engine, Self.prompt, scope: "a")
        for scope in [nil, "b", ""] {
            let other = try Self.run(engine, Self.prompt, scope: scope)
            #expect(other.metrics.cachedTokens == 0 && other.outputs == first.outputs)
        }
        #expect(try Self.run(engine, Self.prompt, scope: "a").metrics.cachedTokens == 16)
        let off = try Self.engine(caches: false)
        _ = try Self.run(off, Self.prompt)
        #expect(try Self.run(off, Self.prompt).metrics.cachedTokens == 0)
    }

    @Test("a request for log-probabilities of its prompt computes all of it")
    func promptLogprobs() throws {
        let engine = try Self.engine()
        let first = try Self.run(engine, Self.prompt, promptLogprobs: 1)
        let second = try Self.run(engine, Self.prompt, promptLogprobs: 1)
        #expect(second.metrics.cachedTokens == 0 && second.promptLogprobs == first.promptLogprobs)
    }

    @Test("a preempted request finds its own blocks again")
    func preemption() throws {
        let engine = try Self.engine(blocks: 9)
        let params = SamplingParams(temperature: 0, maxTokens: 20, ignoreEOS: true)
        for id in 0..<2 {
            try engine.add(
                Request(id: RequestID(id), prompt: (0..<12).map { TokenID($0 + id * 20) }, params: params))
        }
        var outputs: [RequestID: RequestOutput] = [:]
        while engine.hasUnfinishedRequests {
            for update in engine.step() {
                outputs[update.requestID] = try update.result?.get() ?? outputs[update.requestID]
            }
            engine.checkInvariants()
        }
        #expect(engine.numPreemptions > 0 && engine.numCachedTokens > 0)
        for id in 0..<2 {
            let prompt = (0..<12).map { TokenID($0 + id * 20) }
            #expect(outputs[RequestID(id)]?.outputs.first?.tokenIDs == HashingModel.prediction(prompt, count: 20))
            #expect(outputs[RequestID(id)]?.metrics.cachedTokens == 0, "its prompt was spared nothing")
        }
    }
}
