import ArgumentParser
import Foundation
import Quire
import Synchronization

/// How results are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case jsonl
}

/// `quire generate`: completes prompts.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "generate", abstract: "Complete prompts.")

    @OptionGroup(title: "Prompts") var prompts: PromptFlags
    @OptionGroup(title: "Sampling") var sampling: SamplingFlags
    @OptionGroup(title: "Engine") var engine: EngineFlags
    @Option(help: "text for people, jsonl for programs: one object per prompt.")
    var format = OutputFormat.text

    @Option(help: "Write what every step does to the KV pages into a file; `quire inspect` draws it.")
    var tracePages: String?

    func run() throws {
        let prompts = try prompts.all()
        let trace = try tracePages.map { try PageTraceWriter(path: $0) }
        let current = CurrentRun()
        let interruption = Interruption {
            // What is done is printed; the step under way is not waited for.
            let done = current.run.withLock { $0?.finishedOutputs } ?? []
            for (index, output) in done { write(index, output) }
            Terminal.error("\nquire: interrupted; \(done.count) of \(prompts.count) prompts are done")
        }
        let llm = try engine.loadModel(onStep: trace?.add)
        trace?.begin(
            model: try engine.options().model ?? "quire-tiny", blockSize: llm.memoryPlan.blockSize,
            totalBlocks: llm.memoryPlan.totalBlocks)
        var params = try sampling.params(seed: try engine.seed.map { _ in try engine.options().seed })
        params.cumulativeLogprob = format == .jsonl
        let bar = ProgressBar()
        let run = try llm.start(prompts, params, onProgress: { bar?.show($0) })
        current.run.withLock { $0 = run }
        let outputs = try run.wait()
        interruption.disarm()
        for (index, output) in outputs.enumerated() { write(index, output) }
        try trace?.end()
    }

    private func write(_ index: Int, _ output: RequestOutput) {
        switch format {
        case .jsonl: Terminal.line(OutputRecord(index: index, output: output).json.text)
        case .text:
            for completion in output.outputs {
                let ids = completion.tokenIDs.map(String.init).joined(separator: " ")
                Terminal.line(Terminal.bold(output.prompt ?? "") + (completion.text ?? ids))
                Terminal.line()
            }
        }
    }
}

/// The run under way, for the one who interrupts it.
private final class CurrentRun: Sendable {
    let run = Mutex<GenerationRun?>(nil)
}
