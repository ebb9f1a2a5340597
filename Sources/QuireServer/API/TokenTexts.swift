import Quire
import QuireJSON
import QuireTokenizers

/// Tokens and their log-probabilities in the forms of both endpoints.
struct TokenTexts: Sendable {
    let tokenizer: (any Tokenizer)?

    /// The text of a token by itself; special tokens as the vocabulary spells them.
    func text(_ id: TokenID) -> String {
        guard let tokenizer else { return "token_id:\(id)" }
        let bytes = tokenizer.bytes(for: id)
        return bytes.isEmpty ? tokenizer.piece(for: id) ?? "" : String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Chat

    /// `{"content":[…],"refusal":null}`
    func chat(_ logprobs: [TokenLogprob]) -> JSONValue {
        .members([("content", .array(logprobs.map(chatEntry))), ("refusal", .null)])
    }

    private func chatEntry(_ logprob: TokenLogprob) -> JSONValue {
        .members(
            chatToken(logprob.token, logprob.logprob)
                + [("top_logprobs", .array(logprob.top.map { .members(chatToken($0.token, $0.logprob)) }))])
    }

    private func chatToken(_ id: TokenID, _ logprob: Double) -> [(String, JSONValue)] {
        let bytes = tokenizer?.bytes(for: id).map { JSONValue.int(Int($0)) }
        return [
            ("token", .string(text(id))), ("logprob", Self.number(logprob)),
            ("bytes", bytes.map(JSONValue.array) ?? .null),
        ]
    }

    // MARK: Completions

    /// `{"text_offset":[…],"token_logprobs":[…],"tokens":[…],"top_logprobs":[…]}`
    ///
    /// - Parameters:
    ///   - logprobs: the first token of a prompt has none.
    ///   - ids: one for each.
    ///   - offset: characters of the text before; goes on.
    func completion(_ logprobs: [TokenLogprob?], ids: [TokenID], offset: inout Int) -> JSONValue {
        var offsets: [JSONValue] = []
        let texts = ids.map(text)
        for text in texts {
            offsets.append(.int(offset))
            offset += text.unicodeScalars.count
        }
        return .members([
            ("text_offset", .array(offsets)),
            ("token_logprobs", .array(logprobs.map { $0.map { Self.number($0.logprob) } ?? .null })),
            ("tokens", .array(texts.map(JSONValue.string))),
            ("top_logprobs", .array(logprobs.map { $0.map(tops) ?? .null })),
        ])
    }

    private func tops(_ logprob: TokenLogprob) -> JSONValue {
        let chosen = (text(logprob.token), Self.number(logprob.logprob))
        return .members(logprob.top.map { (text($0.token), Self.number($0.logprob)) } + [chosen])
    }

    /// vLLM's form of prompt log-probabilities: an object by token id for each token; the first has none.
    func prompt(_ logprobs: [TokenLogprob?]) -> JSONValue {
        .array(
            logprobs.map { entry in
                guard let entry else { return .null }
                var members: [(String, JSONValue)] = [promptToken(entry.token, entry.logprob, rank: entry.rank)]
                for (index, top) in entry.top.enumerated() where top.token != entry.token {
                    members.append(promptToken(top.token, top.logprob, rank: index + 1))
                }
                return .members(members)
            })
    }

    private func promptToken(_ id: TokenID, _ logprob: Double, rank: Int) -> (String, JSONValue) {
        (
            "\(id)",
            .members([
                ("logprob", Self.number(logprob)), ("rank", .int(rank)), ("decoded_token", .string(text(id))),
            ])
        )
    }

    /// JSON has no infinity; OpenAI's clients know this number for it.
    private static func number(_ logprob: Double) -> JSONValue { .double(max(logprob, -9_999)) }
}
