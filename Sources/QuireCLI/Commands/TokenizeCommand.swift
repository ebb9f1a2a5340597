import ArgumentParser
import Foundation
import Quire
import QuireTokenizers

/// `quire tokenize`: how a model's tokenizer cuts a text.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Show the ids, pieces and offsets of texts.")

    @Argument(help: "A text.") var text: [String] = []
    @Option(help: "A directory, a .gguf file, a zoo name, or a hub id in the local cache. Default: the embedded model.")
    var model: String?
    @Option(help: "A file with a JSON string per line.")
    var texts: String?
    @Flag(help: "Add no special tokens.")
    var noSpecial = false
    @Option(help: "text for people, jsonl for programs: {\"ids\":[…],\"tokens\":[…]} per text.")
    var format = OutputFormat.text

    func run() throws {
        let tokenizer = try LLM.tokenizer(model: model)
        for text in try allTexts() {
            let tokens = tokenizer.encodeWithOffsets(text, addSpecialTokens: !noSpecial)
            switch format {
            case .jsonl:
                Terminal.line(
                    JSONText.object([
                        ("ids", .ids(tokens.map(\.id))), ("tokens", .array(tokens.map { .string($0.piece) })),
                    ])
                    .text)
            case .text:
                var table = Table(header: ["ID", "PIECE", "BYTES"])
                for token in tokens {
                    table.add([
                        "\(token.id)", Terminal.printable(token.piece),
                        "\(token.byteRange.lowerBound)..<\(token.byteRange.upperBound)",
                    ])
                }
                Terminal.line(table.text)
                Terminal.line("\(tokens.count) tokens")
            }
        }
    }

    private func allTexts() throws -> [String] {
        var all = text
        if let path = texts {
            all += try PromptFile(path: path).jsonStrings()
        }
        guard !all.isEmpty else { throw OptionError(name: "the text", value: "missing", expected: "a text or --texts") }
        return all
    }
}

extension PromptFile {
    /// One JSON string per line.
    func jsonStrings() throws -> [String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError.unreadable(path: path, reason: "it is missing or may not be read")
        }
        return try data.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            let place = "\(path) line \(index + 1)"
            guard let text = try JSONValue(parsing: line, place: place).stringValue else {
                throw ConfigurationError(place: place, problem: "is not a JSON string")
            }
            return text
        }
    }
}
