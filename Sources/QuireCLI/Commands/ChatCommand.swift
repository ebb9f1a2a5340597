import ArgumentParser
import Foundation
import Quire

/// `quire chat`: a conversation in the terminal.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with a model in the terminal, in the form of its chat template.")

    @OptionGroup(title: "Engine") var engine: EngineFlags
    @Option(help: "0 is greedy.")
    var temperature = 0.0
    @Option(help: "Tokens per answer at most.")
    var maxTokens = 256
    @Option(help: "What the model is told about itself first. Default: what its template says.")
    var system: String?
    @Option(
        help: """
            A file with a Jinja template, the name of one of the model's templates, vicuna or plain. Default: the \
            model's own; without one, vicuna for models of that name, else plain.
            """)
    var chatTemplate: String?

    func run() async throws {
        let llm = try engine.loadModel()
        var conversation = Conversation(
            system: system, format: try llm.chatFormat(chatTemplate),
            room: llm.maxModelLength - min(maxTokens, llm.maxModelLength / 2))
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
        _ question: String, _ conversation: inout Conversation, _ llm: LLM, _ params: SamplingParams
    ) async throws {
        let prompt = try conversation.prompt(asking: question)
        if conversation.droppedMessages > 0 {
            Terminal.error("quire: the first \(conversation.droppedMessages) messages no longer fit the context")
        }
        if Terminal.isOutputTerminal { Terminal.write(Terminal.bold("ASSISTANT:")) }
        var answer = ""
        for try await update in try llm.stream(.tokens(prompt), params) {
            for delta in update.deltas {
                answer += delta.text
                Terminal.write(delta.text)
            }
        }
        Terminal.line()
        conversation.add(answer: answer)
    }
}
