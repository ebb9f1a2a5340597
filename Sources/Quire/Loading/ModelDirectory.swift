import Foundation
import QuireCore
import QuireJSON
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

    /// The files that a tokenizer is looked for in, the first that is there first.
    ///
    /// SentencePiece's own model says how text is normalized and scored; the `tokenizer.json` beside it is a conversion of it.
    static let tokenizerFiles = ["tokenizer.model", "tokenizer.json"]

    /// The model's own tokenizer, or `nil` where the folder has none.
    func tokenizer() throws -> (any Tokenizer)? {
        let names = Self.tokenizerFiles.filter { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
        guard let name = names.first else { return nil }
        let file = "\(path)/\(name)"
        guard name == "tokenizer.model" else {
            let roles = try TokenRoles(
                config: bytes("tokenizer_config.json"), specialTokensMap: bytes("special_tokens_map.json"))
            return try HuggingFaceTokenizer(contentsOf: file, roles: roles)
        }
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

    /// A JSON file of the folder, or `nil` where it is missing.
    private func json(_ name: String) throws -> JSONValue? {
        try bytes(name).map { try JSONValue(parsing: $0, place: path + "/" + name) }
    }

    /// The content of a file of the folder, or `nil` where it is missing.
    private func bytes(_ name: String) throws -> [UInt8]? {
        let file = path + "/" + name
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        do {
            return Array(try Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw ModelError.unreadable(path: file, reason: (error as NSError).localizedDescription)
        }
    }
}
