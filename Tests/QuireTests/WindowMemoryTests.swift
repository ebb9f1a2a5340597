import Quire
import QuireCore
import Synchronization
import Testing

@Suite("A model with a window holds no more than it sees")
struct WindowMemoryTests {
    /// Entries whose layers all have a window, and the window.
    @Test("window, chunk and one block of tokens a layer, whatever the length", arguments: [("mistral-tiny", 32)])
    func held(entry: String, window: Int) throws {
        let (chunk, blockSize) = (24, 8)
        var options = EngineOptions(model: entry)
        options.blockSize = blockSize
        options.maxBatchedTokens = chunk
        options.kvCacheMemory = 16 << 20
        options.enablePrefixCaching = false
        let llm = try LLM(options)
        let seen = Mutex((steps: 0, most: 0))
        llm.observePages { trace in
            seen.withLock { seen in
                seen.steps += 1
                for table in trace.tables { seen.most = max(seen.most, table.blocks.count * blockSize) }
            }
        }
        let prompt = (0..<300).map { TokenID(3 + $0 * 7 % 90) }
        let outputs = try llm.generate(
            [.tokens(prompt)], SamplingParams(temperature: 0, maxTokens: 60, ignoreEOS: true), showsProgress: false)
        #expect(outputs[0].outputs[0].tokenIDs.count == 60)
        let (steps, most) = seen.withLock { $0 }
        #expect(steps > 60)
        #expect(most <= window + chunk + blockSize && most >= window)
    }
}
