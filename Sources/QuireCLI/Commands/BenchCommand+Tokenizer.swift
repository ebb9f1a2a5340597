import ArgumentParser
import Foundation
import Quire
import QuireTokenizers

extension BenchCommand {
    struct Tokenizer: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tokenizer", abstract: "Measure how fast a text is encoded, on one thread.")

        @Argument(help: "A file of UTF-8 text.") var file: String
        @Option(help: "As for quire tokenize.") var model: String?
        @Option(help: "Repetitions; the median is reported.") var runs = 5

        func run() throws {
            guard (1...1_000).contains(runs) else {
                throw OptionError(name: "--runs", value: "\(runs)", expected: "1 to 1000")
            }
            guard let data = FileManager.default.contents(atPath: file),
                let text = String(validating: data, as: UTF8.self)
            else {
                throw ModelError.unreadable(path: file, reason: "it is missing, may not be read, or is not UTF-8 text")
            }
            let clock = ContinuousClock()
            let start = clock.now
            let tokenizer = try LLM.tokenizer(model: model)
            let loading = (clock.now - start).milliseconds
            var count = 0
            let times = (0..<runs).map { _ in
                clock.measure { count = tokenizer.encode(text, addSpecialTokens: false).count }.milliseconds
            }.sorted()
            let median = times[times.count / 2]
            var table = Table(header: ["LOADING MS", "TOKENS", "ENCODING MS", "MB/S"])
            table.add([
                Format.fixed(loading, 1), "\(count)", Format.fixed(median, 1),
                Format.fixed(Double(data.count) / 1_000 / max(median, 1e-6), 1),
            ])
            Terminal.line(table.text)
        }
    }
}

extension Duration {
    fileprivate var milliseconds: Double { self / .milliseconds(1) }
}
