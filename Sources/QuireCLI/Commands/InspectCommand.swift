import ArgumentParser
import Quire

/// `quire inspect`: what is in a file of weights, or what happened to the pages of a run.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show the tensors and metadata of a safetensors, GGUF or PyTorch file, or draw a page trace.",
        discussion: "A page trace is what `quire generate --trace-pages FILE` writes.")

    @Argument(help: "The file.") var file: String
    @OptionGroup(title: "Page traces") var trace: PageTraceFlags

    func run() throws {
        if PageTrace.isTrace(file) { return try trace.draw(file) }
        if let name = trace.firstGiven {
            throw OptionError(name: name, value: "given for \(file)", expected: "a page trace for this option")
        }
        try WeightFileReport(file: file).write()
    }
}
