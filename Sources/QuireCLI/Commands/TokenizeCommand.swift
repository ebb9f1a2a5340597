import ArgumentParser
import Foundation
import Quire
import QuireTokenizers

/// `quire tokenize`: how a model's tokenizer cuts a text.
struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Show the ids, pieces and offsets of texts.",
        discussion: "Without a text, standard input is one; a newline at its end is not part of it.")

    @Argument(help: "A text.") var text: [String] = []
    @Option(
        help: """
            A directory, a .gguf, tokenizer.json or tokenizer.model file, a zoo name, or a hub id, of which no weights are \
            downloaded. Default: the embedded model.
            """)
    var model: String?
    @Option(help: "Branch, tag or commit of a hub id. Default: main.")
    var revision: String?
    @Option(help: "A file with a JSON string per line; - is standard input.")
    var texts: String?
    @Flag(help: "Add no special tokens.")
    var noSpecial = false
    @Option(help: "text for people, jsonl for programs: {\"ids\":[…],\"tokens\":[…]} per text.")
    var format = OutputFormat.text

    func run() throws {
        let tokenizer = try LLM.tokenizer(model: model, revision: revision)
        for warning in (tokenizer as? HuggingFaceTokenizer)?.warnings ?? [] {
            Terminal.error("quire: warning: \(warning)")
        }
        for text in try TextInput(arguments: text, file: texts).texts() {
            let tokens = tokenizer.encodeWithOffsets(text, addSpecialTokens: !noSpecial)
            switch format {
            case .jsonl: Terminal.line(TokenTable(tokens).json.text)
            case .text: Terminal.line(TokenTable(tokens).text)
            }
        }
    }
}
