/// How a request's tokens are chosen and when it ends; names and defaults are vLLM's.
public struct SamplingParams: Sendable, Hashable {
    /// Completions per prompt.
    public var n: Int
    /// 0 means greedy.
    public var temperature: Double
    /// Keeps the likeliest tokens that together reach this probability; 1 keeps all.
    public var topP: Double
    /// Keeps this many of the likeliest tokens; 0 or -1 keeps all.
    public var topK: Int
    /// Keeps tokens at least this likely relative to the likeliest; 0 keeps all.
    public var minP: Double
    /// Same seed, same text, whatever else runs; `nil` draws from the engine's own seed.
    public var seed: UInt64?
    /// Tokens to generate at most; `nil` means as many as the context and the cache hold.
    public var maxTokens: Int?
    /// Tokens to generate before an end-of-sequence or stop token may be chosen.
    public var minTokens: Int
    /// Texts that end a completion; not part of it unless `includeStopStringInOutput`, and not looked for before
    /// `minTokens`.
    public var stop: [String]
    public var stopTokenIDs: [TokenID]
    public var includeStopStringInOutput: Bool
    public var ignoreEOS: Bool
    /// Reports the chosen token's log-probability and this many of the likeliest.
    public var logprobs: Int?
    /// The same for each token of the prompt.
    public var promptLogprobs: Int?
    public var skipSpecialTokens: Bool
    /// Subtracted from the logit of a token that the completion has.
    public var presencePenalty: Double
    /// Subtracted from the logit of a token as often as the completion has it.
    public var frequencyPenalty: Double
    /// Divides positive logits, and multiplies negative ones, of tokens that prompt or completion have.
    public var repetitionPenalty: Double
    /// Added to the logits of tokens.
    public var logitBias: [TokenID: Double]
    /// The only tokens that may be chosen; `nil` allows all.
    public var allowedTokenIDs: [TokenID]?
    /// Texts that a completion may not contain, token by token.
    public var badWords: [String]
    /// Keeps only this many tokens at the end of the prompt.
    public var truncatePromptTokens: Int?

    public init(
        n: Int = 1, temperature: Double = 1, topP: Double = 1, topK: Int = 0, minP: Double = 0, seed: UInt64? = nil,
        maxTokens: Int? = 16, minTokens: Int = 0, stop: [String] = [], stopTokenIDs: [TokenID] = [],
        includeStopStringInOutput: Bool = false, ignoreEOS: Bool = false, logprobs: Int? = nil,
        promptLogprobs: Int? = nil, skipSpecialTokens: Bool = true, presencePenalty: Double = 0,
        frequencyPenalty: Double = 0, repetitionPenalty: Double = 1, logitBias: [TokenID: Double] = [:],
        allowedTokenIDs: [TokenID]? = nil, badWords: [String] = [], truncatePromptTokens: Int? = nil
    ) {
        self.n = n
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.minP = minP
        self.seed = seed
        self.maxTokens = maxTokens
        self.minTokens = minTokens
        self.stop = stop
        self.stopTokenIDs = stopTokenIDs
        self.includeStopStringInOutput = includeStopStringInOutput
        self.ignoreEOS = ignoreEOS
        self.logprobs = logprobs
        self.promptLogprobs = promptLogprobs
        self.skipSpecialTokens = skipSpecialTokens
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.repetitionPenalty = repetitionPenalty
        self.logitBias = logitBias
        self.allowedTokenIDs = allowedTokenIDs
        self.badWords = badWords
        self.truncatePromptTokens = truncatePromptTokens
    }

    /// Below this a temperature counts as 0: dividing by it would overflow.
    public static let smallestTemperature = 1e-5

    public var isGreedy: Bool { temperature < Self.smallestTemperature }

    /// - Throws: `RequestError.parameter` that names the parameter, its value and the valid ones.
    public func validate(vocabularySize: Int) throws(RequestError) {
        func require(_ isValid: Bool, _ name: String, _ value: Any, _ expected: String) throws(RequestError) {
            if !isValid { throw .parameter(name: name, value: "\(value)", expected: expected) }
        }
        func isKnown(_ token: TokenID) -> Bool { token >= 0 && Int(token) < vocabularySize }
        try require((1...1_024).contains(n), "n", n, "1 to 1024")
        try require(temperature.isFinite && temperature >= 0, "temperature", temperature, "a number of at least 0")
        try require(topP > 0 && topP <= 1, "top_p", topP, "a number above 0 and at most 1")
        try require(topK >= -1, "top_k", topK, "a whole number of at least 1, or 0 or -1 for all tokens")
        try require(minP >= 0 && minP <= 1, "min_p", minP, "a number from 0 to 1")
        if let maxTokens {
            try require(maxTokens >= 1, "max_tokens", maxTokens, "a whole number of at least 1")
            try require(minTokens <= maxTokens, "min_tokens", minTokens, "at most max_tokens (\(maxTokens))")
        }
        try require(minTokens >= 0, "min_tokens", minTokens, "a whole number of at least 0")
        try require(!stop.contains(""), "stop", "\"\"", "texts that are not empty")
        for token in stopTokenIDs {
            try require(
                token >= 0 && Int(token) < vocabularySize, "stop_token_ids", token,
                "ids from 0 to \(vocabularySize - 1)")
        }
        for (name, value) in [("presence_penalty", presencePenalty), ("frequency_penalty", frequencyPenalty)] {
            try require(value >= -2 && value <= 2, name, value, "a number from -2 to 2")
        }
        try require(
            repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetition_penalty", repetitionPenalty,
            "a number above 0")
        for (token, bias) in logitBias {
            try require(isKnown(token), "logit_bias", token, "ids from 0 to \(vocabularySize - 1)")
            try require(bias.isFinite, "logit_bias", "\(token): \(bias)", "finite numbers")
        }
        if let allowedTokenIDs {
            try require(!allowedTokenIDs.isEmpty, "allowed_token_ids", "[]", "at least one id")
            for token in allowedTokenIDs {
                try require(isKnown(token), "allowed_token_ids", token, "ids from 0 to \(vocabularySize - 1)")
            }
        }
        try require(!badWords.contains(""), "bad_words", "\"\"", "texts that are not empty")
        if let truncatePromptTokens {
            try require(
                truncatePromptTokens >= 1, "truncate_prompt_tokens", truncatePromptTokens,
                "a whole number of at least 1")
        }
        for (name, value) in [("logprobs", logprobs), ("prompt_logprobs", promptLogprobs)] {
            if let value { try require((0...vocabularySize).contains(value), name, value, "0 to \(vocabularySize)") }
        }
    }
}
