import ArgumentParser
import Foundation
import Quire
import QuireServer

/// `quire run-batch`: a file of requests, answered without a server.
struct RunBatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-batch",
        abstract: "Answer a file of requests in OpenAI's batch format.",
        discussion: """
            Each line of the input is {"custom_id": …, "method": "POST", "url": "/v1/chat/completions", "body": {…}}. \
            Answers are written to OUT.jsonl.partial as they come, which becomes OUT.jsonl when all are there. A run that \
            was interrupted, even killed, goes on where it was when it is started again.
            """)

    @Argument(help: "File of requests.") var input: String
    @Argument(help: "File for the answers.") var output: String
    @Option(help: "Name that requests may call the model by. Repeatable. Default: the model's own.")
    var servedModelName: [String] = []
    @Option(help: "File with a Jinja template, or the name of one. Default: the model's own.")
    var chatTemplate: String?
    @OptionGroup(title: "Engine Options") var engine: EngineFlags

    func run() async throws {
        if try BatchRun.isDone(input: input, output: output) {
            Terminal.error("quire: \(output) is complete already")
            return
        }
        let options = try engine.options()
        let names = servedModelName.isEmpty ? [options.model ?? "quire-tiny"] : servedModelName
        let batch = try BatchRun(try engine.loadModel(), names: names, chatTemplate: chatTemplate)
        let bar = ProgressLine()
        let progress = try await batch.run(input: input, output: output, limit: options.maxQueuedRequests) {
            bar?.show("\($0.answered) of \($0.total) requests", isDone: $0.answered == $0.total)
        }
        let speed = progress.seconds > 0 ? Double(progress.generatedTokens) / progress.seconds : 0
        Terminal.error(
            "quire: \(progress.total) requests answered, \(progress.answeredNow) of them now, \(progress.failed) with an "
                + "error; \(progress.generatedTokens) tokens in \(Format.fixed(progress.seconds, 3)) s, "
                + "\(Format.fixed(speed, 1)) tokens/s")
    }
}
