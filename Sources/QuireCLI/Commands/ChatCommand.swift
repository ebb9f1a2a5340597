import ArgumentParser
import Foundation
import Quire

/// `quire chat`: a conversation in the terminal.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with a model in the terminal, in Vicuna's prompt form.")

    @OptionGroup(title: "Engine") var engine: EngineFlags
    @Option(help: "0 is greedy.")
    var temperature = 0.0
    @Option(help: "Tokens per answer at most.")
    var maxTokens = 256
    @Option(help: "What the model is told about itself first; empty leaves it out.")
    var system = VicunaConversation.defaultSystem

    func run() async throws {
        let llm = try engine.loadModel()
        guard let tokenizer = llm.tokenizer else {
            throw ModelError.noTokenizer(model: engine.model ?? "the model", lookedFor: ["tokenizer.model"])
        }
        var conversation = VicunaConversation(
            system: system, tokenizer: tokenizer, room: llm.maxModelLength - min(maxTokens, llm.maxModelLength / 2))
        let params = SamplingParams(
            temperature: temperature, seed: try engine.seed.map { _ in try engine.options().seed },
            maxTokens: maxTokens, cumulativeLogprob: false)
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal { Terminal.error("Ctrl-D ends the conversation.") }
        while true {
            if isTerminal { Terminal.write(Terminal.bold("USER: ")) }
            guard let line = readLine() else { break }
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            try await answer(line, &conversation, llm, params)
        }
        if isTerminal { Terminal.line() }
    }

    private func answer(
        _ question: String, _ conversation: inout VicunaConversation, _ llm: LLM, _ params: SamplingParams
    ) async throws {
        let prompt = conversation.prompt(asking: question)
        if conversation.droppedTurns > 0 {
            Terminal.error("quire: the first \(conversation.droppedTurns) turns no longer fit the context")
        }
        if Terminal.isOutputTerminal { Terminal.write(Terminal.bold("ASSISTANT:")) }
        var answer: [TokenID] = []
        for try await update in try llm.stream(.tokens(prompt), params) {
            for delta in update.deltas {
                answer += delta.tokenIDs
                Terminal.write(delta.text)
            }
        }
        Terminal.line()
        conversation.add(answer: answer)
    }
}
