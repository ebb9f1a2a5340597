import ArgumentParser
import Foundation
import Quire

/// `quire convert`: a model as one GGUF file, quantised on request.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a model as a GGUF file, quantised or as it is.",
        discussion: """
            The file holds the weights, the configuration, the tokenizer and the chat template, and runs in llama.cpp too. \
            Types: \(WeightFormat.all.map(\.name).joined(separator: ", ")).
            """)

    @Argument(help: "A directory, a .gguf file, a zoo name, or a hub id; its weights are floats.")
    var model: String
    @Argument(help: "The file to write.") var output: String
    @Option(help: "Branch, tag or commit of a hub id. Default: main.")
    var revision: String?
    @Option(help: "Type of the matrices, or a mix such as q4_k_m. Default: as they are stored.")
    var quantization: String?
    @Option(help: "Threads. Default: one per processor.") var threads: Int?
    @OptionGroup var plugins: PluginFlags
    @Flag(help: "Replace the file where it is there already.") var force = false

    func run() throws {
        if let threads, !(1...1_024).contains(threads) {
            throw OptionError(name: "--threads", value: "\(threads)", expected: "1 to 1024")
        }
        if !force, FileManager.default.fileExists(atPath: output) {
            throw OptionError(name: "the output", value: "\(output), which exists", expected: "a new file, or --force")
        }
        let format = try quantization.map { name throws(OptionError) in
            try WeightFormat(named: name, option: "--quantization")
        }
        let converter = try ModelConverter(
            model: model, revision: revision, format: format, threads: threads, plugins: plugins.files())
        let interruption = Interruption {
            converter.discard()
            Terminal.error("\nquire: interrupted; \(output) is not written")
        }
        let progress = ProgressLine()
        try converter.write(to: output, overwrites: force) { written, total in
            progress?.show("\(ByteCount(written)) of \(ByteCount(total)) written", isDone: written == total)
        }
        interruption.disarm()
        let substitutes = converter.substitutes
        if let first = substitutes.first {
            Terminal.error(
                "quire: \(substitutes.count) matrices have rows that do not divide into blocks of their type; "
                    + "\(first.name) is \(first.type)")
        }
        let (stored, written) = converter.byteCounts
        Terminal.error("quire: \(output): \(ByteCount(written)) of weights, from \(ByteCount(stored))")
    }
}
