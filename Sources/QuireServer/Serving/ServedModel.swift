import Foundation
import HTTPTypes
import Quire
import QuireJSON
import QuireTokenizers

/// The model behind the endpoints, and what they share.
final class ServedModel: Sendable {
    let llm: LLM
    /// Names that requests may use; the first is the one of answers to requests that name none.
    let names: [String]
    let metrics: ServerMetrics
    let options: ServerOptions
    let texts: TokenTexts
    let running = RunningGenerations()
    private let format: ChatFormat?
    private let created = Int(Date().timeIntervalSince1970)

    /// - Throws: `OptionError` for a chat template that is not there.
    init(_ llm: LLM, names: [String], metrics: ServerMetrics, options: ServerOptions) throws {
        self.llm = llm
        self.names = names
        self.metrics = metrics
        self.options = options
        texts = TokenTexts(tokenizer: llm.tokenizer)
        format = llm.tokenizer == nil ? nil : try llm.chatFormat(options.chatTemplate)
    }

    /// - Throws: `APIError` for a model that is not here.
    func name(asked: String?) throws(APIError) -> String {
        guard let asked, !asked.isEmpty else { return names[0] }
        guard names.contains(asked) else {
            throw APIError(
                status: .notFound,
                message: "there is no model '\(asked.printable.shortened(to: 200))'; this server has "
                    + names.joined(separator: ", "),
                parameter: "model", code: "model_not_found")
        }
        return asked
    }

    /// - Throws: `APIError` where the model has no tokenizer.
    var tokenizer: any Tokenizer {
        get throws(APIError) {
            guard let tokenizer = llm.tokenizer else {
                throw APIError(
                    status: .badRequest, message: "this model has no tokenizer; send token ids as the prompt")
            }
            return tokenizer
        }
    }

    /// - Throws: `APIError` where the model has no tokenizer.
    var chatFormat: ChatFormat {
        get throws(APIError) {
            _ = try tokenizer
            guard let format else { throw APIError(status: .badRequest, message: "this model has no chat template") }
            return format
        }
    }

    /// Begins to complete prompts.
    ///
    /// - Parameter keyScope: whose cached prompts may be found.
    func generate(_ prompts: [Prompt], _ params: SamplingParams, keyScope: String?) throws -> Generation {
        var params = params
        params.cacheSalt = cacheSalt(asked: params.cacheSalt, keyScope)
        if running.isClosed { throw APIError.shuttingDown }
        let generation = try Generation(llm, prompts, params, metrics: metrics)
        running.insert(generation)
        // Between the check and the entry the server may have closed.
        if running.isClosed { generation.interrupt(.shuttingDown) }
        if let limit = options.requestTimeout {
            let deadline = Task {
                try await Task.sleep(for: .seconds(limit))
                generation.interrupt(.timedOut)
            }
            generation.whenEnded { deadline.cancel() }
        }
        return generation
    }

    /// Callers with different keys share no cached pages, unless the options say so.
    private func cacheSalt(asked: String?, _ keyScope: String?) -> String? {
        guard let keyScope, !options.sharesPrefixCache else { return asked }
        return "\(keyScope)/\(asked ?? "")"
    }

    /// `/v1/models`.
    var list: JSONValue {
        .members([("object", .string("list")), ("data", .array(names.map(description)))])
    }

    func description(of name: String) -> JSONValue {
        .members([
            ("id", .string(name)), ("object", .string("model")), ("created", .int(created)),
            ("owned_by", .string("quire")), ("root", .string(names[0])), ("max_model_len", .int(llm.maxModelLength)),
        ])
    }
}
