import Quire
import Testing

@Suite("Requests of all kinds")
struct RequestTests {
    static let model = Repository.fixture("llama/gqa")

    static func load(_ change: (inout EngineOptions) -> Void = { _ in }) throws -> LLM {
        var options = EngineOptions(model: model)
        change(&options)
        return try LLM(options)
    }

    static let prompt = Prompt.tokens((0..<40).map { TokenID($0) })

    @Test("each prompt may have its own parameters, and their number must agree")
    func ownParameters() throws {
        let llm = try Self.load()
        let params = [
            SamplingParams(temperature: 0, maxTokens: 3, ignoreEOS: true),
            SamplingParams(n: 2, seed: 1, maxTokens: 5, ignoreEOS: true),
            SamplingParams(temperature: 0, maxTokens: 4, ignoreEOS: true, beamWidth: 3),
        ]
        let outputs = try llm.generate([Self.prompt, Self.prompt, Self.prompt], params, showsProgress: false)
        #expect(outputs.map(\.outputs.count) == [1, 2, 1])
        #expect(outputs.map { $0.outputs[0].tokenIDs.count } == [3, 5, 4])
        #expect(outputs.map { $0.outputs[0].score == nil } == [true, true, false])
        #expect { _ = try llm.generate([Self.prompt], params, showsProgress: false) } throws: {
            "\($0)".contains("3 long") && "\($0)".contains("1 prompts")
        }
    }

    @Test("callers with different salts share nothing, those with the same one do")
    func salts() throws {
        let llm = try Self.load()
        func cached(_ salt: String?) throws -> Int {
            let params = SamplingParams(temperature: 0, maxTokens: 2, ignoreEOS: true, cacheSalt: salt)
            return try llm.generate([Self.prompt], params, showsProgress: false)[0].metrics.cachedTokens
        }
        #expect(try [nil, "a", "b", "a", "", nil].map(cached) == [0, 0, 0, 32, 0, 32])
    }

    @Test("the prompts of one call wait for room in line, other requests are refused when it is full")
    func line() async throws {
        let llm = try Self.load {
            $0.maxQueuedRequests = 2
            $0.maxSequences = 1
        }
        let params = SamplingParams(temperature: 0, maxTokens: 60, ignoreEOS: true)
        let run = try llm.start(Array(repeating: Self.prompt, count: 30), params)
        // Two may wait, so of ten that come together most find the line full.
        let streams = try (0..<10).map { _ in try llm.stream(Self.prompt, params) }
        var refused = 0
        for stream in streams {
            do {
                for try await _ in stream {}
            } catch RequestError.queueFull(limit: 2) {
                refused += 1
            }
        }
        #expect(try run.wait().count == 30)
        #expect(refused >= 1 && refused < 10)
        for try await update in try llm.stream(Self.prompt, params) where update.result != nil {
            #expect(try update.result?.get().outputs[0].tokenIDs.count == 60)
        }
    }

    @Test("prompts that wait outside the line are cancelled with the others")
    func cancelWaiting() throws {
        let llm = try Self.load {
            $0.maxQueuedRequests = 1
            $0.maxSequences = 1
        }
        let params = SamplingParams(temperature: 0, maxTokens: 200, ignoreEOS: true)
        let run = try llm.start(Array(repeating: Self.prompt, count: 200), params)
        run.cancel()
        #expect { try run.wait() } throws: { (error) in
            ((error as? PromptError)?.underlying as? RequestError) == .cancelled
        }
    }

    @Test("1,024 completions of one prompt are had with default options, the prompt computed once")
    func many() throws {
        let params = SamplingParams(n: 1_024, seed: 2, maxTokens: 3, ignoreEOS: true)
        let output = try Self.load().generate([Self.prompt], params, showsProgress: false)[0]
        #expect(output.outputs.map(\.index) == Array(0..<1_024))
        #expect(output.metrics.computedTokens == 40 + 1_024 * 2)
    }

    @Test("a stream of a beam search has the best answer so far in each update, and the certain part of it for good")
    func beamStream() async throws {
        let llm = try await LLM()
        let params = SamplingParams(temperature: 0, maxTokens: 40, beamWidth: 4)
        var text = ""
        var snapshots = 0
        var result: RequestOutput?
        for try await update in try llm.stream("The capital of France is", params) {
            text += update.deltas.map(\.text).joined()
            if let best = update.best {
                snapshots += 1
                #expect(best.text?.hasPrefix(text) == true)
            }
            result = try update.result?.get()
        }
        #expect(snapshots > 5 && text == result?.outputs.first?.text && text.contains("Paris"))
    }
}
