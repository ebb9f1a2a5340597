import Foundation
import QuireCore
import QuireTokenizers

/// A model's folder in Hugging Face's layout.
struct ModelDirectory {
    let path: String

    func config() throws -> ModelConfiguration {
        guard let values = try json("config.json") else {
            throw ModelError.missingFile(name: "config.json", directory: path)
        }
        return ModelConfiguration(place: path + "/config.json", values: values)
    }

    /// The model's own tokenizer, or `nil` where the folder has none.
    func tokenizer() throws -> (any Tokenizer)? {
        let file = path + "/tokenizer.model"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let settings = try json("tokenizer_config.json")
        return SentencePieceTokenizer(
            model: try SentencePieceModel(contentsOf: file),
            addsBOS: settings?["add_bos_token"]?.boolValue ?? true,
            addsEOS: settings?["add_eos_token"]?.boolValue ?? false)
    }

    /// End-of-sequence tokens: `generation_config.json` has the last word, then `config.json`, then the tokenizer.
    func endTokens(config: ModelConfiguration, tokenizer: (any Tokenizer)?) throws -> Set<TokenID> {
        for values in [try json("generation_config.json"), config.values] {
            switch values?["eos_token_id"] {
            case .some(.int(let token)): return [TokenID(clamping: token)]
            case .some(.array(let tokens)):
                return Set(tokens.compactMap(\.intValue).map(TokenID.init(clamping:)))
            default: continue
            }
        }
        return tokenizer?.specialTokens.eos.map { [$0] } ?? []
    }

    /// The template that chats are rendered with, or `nil` where the folder has none.
    func chatTemplate() throws -> String? {
        if let template = try json("tokenizer_config.json")?["chat_template"]?.stringValue { return template }
        let file = path + "/chat_template.jinja"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw ModelError.unreadable(path: file, reason: "it is not UTF-8 text")
        }
        return text
    }

    /// A JSON file of the folder, or `nil` where it is missing.
    private func json(_ name: String) throws -> JSONValue? {
        let file = path + "/" + name
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw ModelError.unreadable(path: file, reason: (error as NSError).localizedDescription)
        }
        return try JSONValue(parsing: data, place: file)
    }
}
