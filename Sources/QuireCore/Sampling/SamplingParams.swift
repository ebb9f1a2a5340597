/// How a request's tokens are chosen and when it ends; names and defaults are vLLM's.
public struct SamplingParams: Sendable, Hashable {
    /// Completions per prompt; in beam search the best hypotheses that are returned.
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
    /// Whether completions say the sum of their tokens' log-probabilities, which takes a pass of exponentials over every
    /// row of logits. Beam search always does.
    public var cumulativeLogprob: Bool
    /// The same as `logprobs` for each token of the prompt.
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
    /// Lower goes first where requests wait or memory is short; equal ones go in the order of their arrival.
    public var priority: Int
    /// Requests with different salts share no cached blocks.
    public var cacheSalt: String?
    /// Searches for the likeliest completions with this many hypotheses, instead of drawing; `nil` draws.
    public var beamWidth: Int?
    /// Beam search divides a hypothesis's log-probability by its length to this power: above 0 favours long ones.
    public var lengthPenalty: Double
    public var earlyStopping: EarlyStopping
    /// The decoding strategy by name; `nil` takes `beam` where there is a beam width, and else `parallel`.
    public var decodingStrategy: String?
    /// Settings for processors and strategies of your own, by name; those that ship with Quire read none.
    public var extraArguments: [String: String]

    public init(
        n: Int = 1, temperature: Double = 1, topP: Double = 1, topK: Int = 0, minP: Double = 0, seed: UInt64? = nil,
        maxTokens: Int? = 16, minTokens: Int = 0, stop: [String] = [], stopTokenIDs: [TokenID] = [],
        includeStopStringInOutput: Bool = false, ignoreEOS: Bool = false, logprobs: Int? = nil,
        cumulativeLogprob: Bool = true, promptLogprobs: Int? = nil, skipSpecialTokens: Bool = true,
        presencePenalty: Double = 0,
        frequencyPenalty: Double = 0, repetitionPenalty: Double = 1, logitBias: [TokenID: Double] = [:],
        allowedTokenIDs: [TokenID]? = nil, badWords: [String] = [], truncatePromptTokens: Int? = nil,
        priority: Int = 0, cacheSalt: String? = nil, beamWidth: Int? = nil, lengthPenalty: Double = 1,
        earlyStopping: EarlyStopping = .no, decodingStrategy: String? = nil,
        extraArguments: [String: String] = [:]
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
        self.cumulativeLogprob = cumulativeLogprob
        self.promptLogprobs = promptLogprobs
        self.skipSpecialTokens = skipSpecialTokens
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.repetitionPenalty = repetitionPenalty
        self.logitBias = logitBias
        self.allowedTokenIDs = allowedTokenIDs
        self.badWords = badWords
        self.truncatePromptTokens = truncatePromptTokens
        self.priority = priority
        self.cacheSalt = cacheSalt
        self.beamWidth = beamWidth
        self.lengthPenalty = lengthPenalty
        self.earlyStopping = earlyStopping
        self.decodingStrategy = decodingStrategy
        self.extraArguments = extraArguments
    }

    /// Below this a temperature counts as 0: dividing by it would overflow.
    public static let smallestTemperature = 1e-5

    public var isGreedy: Bool { temperature < Self.smallestTemperature }
}
