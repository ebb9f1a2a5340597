import Quire
import Testing

@Suite("LLM")
struct LLMTests {
    static let model = Repository.fixture("llama/gqa")
    static let greedy = SamplingParams(temperature: 0, maxTokens: 12, ignoreEOS: true)

    @Test("outputs come in the order of the prompts")
    func order() throws {
        let llm = try LLM(model: Self.model)
        let prompts = (0..<20).map { Prompt.tokens([TokenID($0), 1]) }
        let outputs = try llm.generate(prompts, Self.greedy)
        #expect(outputs.map(\.promptTokenIDs) == (0..<20).map { [TokenID($0), 1] })
        #expect(outputs.allSatisfy { $0.outputs.count == 1 && $0.outputs[0].tokenIDs.count == 12 })
    }

    @Test("no prompts, no outputs")
    func empty() throws { #expect(try LLM(model: Self.model).generate([Prompt](), Self.greedy).isEmpty) }

    @Test("one bad prompt is refused before anything runs, by its number")
    func badPrompt() throws {
        let llm = try LLM(model: Self.model)
        #expect { try llm.generate([.tokens([1]), .tokens([])], Self.greedy) } throws: { error in
            (error as? PromptError)?.index == 1
        }
    }

    @Test("n completions of one prompt are numbered, and each can be had alone by its number")
    func parallel() throws {
        let llm = try LLM(model: Self.model)
        func texts(_ n: Int) throws -> [[TokenID]] {
            let params = SamplingParams(n: n, temperature: 1, seed: 5, maxTokens: 10, ignoreEOS: true)
            let outputs = try llm.generate([.tokens([3, 1, 4])], params)[0].outputs
            #expect(outputs.map(\.index) == Array(0..<n))
            return outputs.map(\.tokenIDs)
        }
        let four = try texts(4)
        #expect(Set(four).count == 4)
        #expect(try texts(1) == [four[0]])
        #expect(try texts(2) == Array(four[..<2]))
    }

    @Test("a stream gives the same tokens as waiting, piece by piece")
    func streaming() async throws {
        let llm = try await LLM(model: Self.model)
        var pieces: [TokenID] = []
        var result: RequestOutput?
        for try await update in try llm.stream(.tokens([7, 8]), Self.greedy) {
            pieces += update.deltas.flatMap(\.tokenIDs)
            if case .success(let output) = update.result { result = output }
        }
        let whole = try await llm.generate([.tokens([7, 8])], Self.greedy)
        #expect(pieces == whole[0].outputs[0].tokenIDs)
        #expect(result?.outputs == whole[0].outputs)
    }

    @Test("a stream that nobody reads on is cancelled, and others go on")
    func cancellation() async throws {
        let llm = try await LLM(model: Self.model)
        let long = SamplingParams(temperature: 0, maxTokens: nil, ignoreEOS: true)
        let task = Task {
            var count = 0
            for try await _ in try llm.stream(.tokens([1]), long) {
                count += 1
                if count == 3 { break }
            }
            return count
        }
        #expect(try await task.value == 3)
        #expect(try await llm.generate([.tokens([2])], Self.greedy)[0].outputs[0].tokenIDs.count == 12)
    }

    @Test("cancelling the task of generate ends it with an error")
    func taskCancellation() async throws {
        let llm = try await LLM(model: Self.model)
        let task = Task {
            try await llm.generate(
                (0..<64).map { .tokens([$0]) }, SamplingParams(temperature: 0, maxTokens: nil, ignoreEOS: true))
        }
        task.cancel()
        await #expect(throws: PromptError.self) { try await task.value }
    }

    @Test("many tasks may ask at once")
    func concurrency() async throws {
        let llm = try await LLM(model: Self.model)
        let expected = try await llm.generate([.tokens([9, 9])], Self.greedy)[0].outputs
        try await withThrowingTaskGroup(of: [CompletionOutput].self) { group in
            for _ in 0..<16 { group.addTask { try await llm.generate([.tokens([9, 9])], Self.greedy)[0].outputs } }
            for try await outputs in group { #expect(outputs == expected) }
        }
    }

    @Test("bias, allowed tokens, bad words and penalties shape the text, and a prompt can be cut")
    func shaping() throws {
        let llm = try LLM()
        func text(_ change: (inout SamplingParams) -> Void) throws -> String {
            var params = SamplingParams(temperature: 0, maxTokens: 12)
            change(&params)
            return try llm.generate(["The capital of France is"], params)[0].outputs[0].text ?? ""
        }
        let paris = try #require(llm.tokenizer?.id(for: "▁Paris"))
        #expect(try text { _ in }.contains("Paris"))
        #expect(try !text { $0.badWords = ["Paris"] }.contains("Paris"))
        #expect(try !text { $0.logitBias = [paris: -100] }.contains("Paris"))
        let only = try text {
            $0.allowedTokenIDs = [paris]
            $0.maxTokens = 3
        }
        #expect(only == " Paris Paris Paris")
        let varied = try text {
            $0.allowedTokenIDs = [paris, paris + 1, paris + 2]
            $0.presencePenalty = 2
            $0.repetitionPenalty = 10
            $0.maxTokens = 3
        }
        #expect(varied != only)
        let cut = try llm.generate(
            ["Hello there. The capital of France is"], SamplingParams(temperature: 0, truncatePromptTokens: 3))
        #expect(cut[0].promptTokenIDs.count == 3)
    }

    @Test("a request that forbids every token ends with an error")
    func everythingForbidden() throws {
        let llm = try LLM(model: Self.model)
        let params = SamplingParams(temperature: 0, maxTokens: 2, minTokens: 2, stopTokenIDs: [5], allowedTokenIDs: [5])
        #expect { try llm.generate([.tokens([1])], params) } throws: { "\($0)".contains("forbid every token") }
    }

    @Test("the embedded model needs no name")
    func embedded() throws {
        let llm = try LLM()
        let output = try llm.generate(["The capital of France is"], SamplingParams(temperature: 0))[0]
        #expect(output.prompt == "The capital of France is")
        #expect(output.outputs[0].text?.contains("Paris") == true)
    }
}
