import Foundation
import QuireFormats
import QuireTokenizers

/// Reads a model's tokenizer and nothing else: neither its configuration nor its weights.
struct TokenizerLoader {
    let location: ModelLocation

    /// Where tokenizers are looked for, for messages.
    static let places = ModelDirectory.tokenizerFiles + ["tokenizer.ggml.model in a .gguf file"]

    /// - Throws: a `UserError` that names the file and what is wrong with it; `ModelError.noTokenizer` where there is none.
    func load() throws -> any Tokenizer {
        guard let tokenizer = try found() else {
            throw ModelError.noTokenizer(model: location.path, lookedFor: Self.places)
        }
        return tokenizer
    }

    private func found() throws -> (any Tokenizer)? {
        let path = location.path
        if case .directory = location { return try ModelDirectory(path: path).tokenizer() }
        if path.hasSuffix(".json") { return try HuggingFaceTokenizer(contentsOf: path) }
        if path.hasSuffix(".model") { return SentencePieceTokenizer(model: try SentencePieceModel(contentsOf: path)) }
        let file = try GGUFFile(path: path)
        return try GGUFVocabulary(file)?.tokenizer(of: file)
    }
}

extension LLM {
    /// A model's tokenizer alone.
    ///
    /// - Parameters:
    ///   - model: as for `init(model:)`; also a `tokenizer.json` or a `tokenizer.model` file. Of a hub id no weights are
    ///     downloaded.
    ///   - revision: as for `init(model:)`.
    /// - Throws: `ModelError.noTokenizer` where it has none.
    public static func tokenizer(model: String?, revision: String? = nil) throws -> any Tokenizer {
        let location = try ModelLocation(finding: model, revision: revision, parts: .withoutWeights)
        return try TokenizerLoader(location: location).load()
    }
}
