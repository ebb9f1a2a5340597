import ArgumentParser
import Foundation
import Quire
import QuireJSON

/// What to complete.
struct PromptFlags: ParsableArguments {
    @Option(help: "A text to complete. Repeatable.")
    var prompt: [String] = []
    @Option(
        help:
            "A file of prompts: .txt has one per line, .jsonl a string or an object with `prompt` or `prompt_token_ids`."
    )
    var prompts: String?
    @Option(name: .customLong("prompt-token-ids"), help: "Token ids to complete, such as \"1 5 9\". Repeatable.")
    var promptTokenIDs: [String] = []

    /// All prompts: texts first, then the file's, then token ids.
    ///
    /// - Throws: a `UserError` that names the file and the line, or the option.
    func all() throws -> [Prompt] {
        var all = prompt.map(Prompt.text)
        if let path = prompts { all += try PromptFile(path: path).prompts() }
        for ids in promptTokenIDs {
            let parts = ids.split(whereSeparator: { $0 == " " || $0 == "," })
            all.append(
                .tokens(
                    try parts.map { part in
                        guard let token = TokenID(part) else {
                            throw OptionError(
                                name: "--prompt-token-ids", value: "'\(part)'",
                                expected: "whole numbers, such as \"1 5 9\"")
                        }
                        return token
                    }))
        }
        guard !all.isEmpty else {
            throw OptionError(
                name: "the list of prompts", value: "empty", expected: "--prompt, --prompts or --prompt-token-ids")
        }
        return all
    }
}

/// A file with prompts.
struct PromptFile {
    let path: String

    func prompts() throws -> [Prompt] {
        let text = try TextFile(path).text
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.enumerated().filter { line in
            line.element.contains { !$0.isWhitespace }
        }
        guard !lines.isEmpty else { throw ConfigurationError(place: path, problem: "has no prompts") }
        if !path.lowercased().hasSuffix(".jsonl") { return lines.map { .text(String($0.element)) } }
        return try lines.map { try prompt(json: $0.element, line: $0.offset + 1) }
    }

    private func prompt(json line: Substring, line number: Int) throws -> Prompt {
        let place = "\(path) line \(number)"
        let value = try JSONValue(parsing: line.utf8, place: place)
        if let text = value.stringValue ?? value["prompt"]?.stringValue { return .text(text) }
        if let ids = value["prompt_token_ids"]?.arrayValue {
            let tokens = ids.compactMap { $0.intValue.flatMap(TokenID.init(exactly:)) }
            if tokens.count == ids.count { return .tokens(tokens) }
        }
        throw ConfigurationError(
            place: place, problem: "is not a prompt; expected a string, {\"prompt\": …} or {\"prompt_token_ids\": […]}")
    }
}
