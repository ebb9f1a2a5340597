import ArgumentParser
import Quire

extension EarlyStopping: ExpressibleByArgument {}

/// How tokens are chosen and when a completion ends.
///
/// Numbers are parsed unconditionally, so that `-1` is a value and not an unknown flag.
struct SamplingFlags: ParsableArguments {
    @Option(name: .customLong("n"), parsing: .unconditional, help: "Completions per prompt.")
    var n = 1
    @Option(parsing: .unconditional, help: "0 is greedy.")
    var temperature = 1.0
    @Option(parsing: .unconditional, help: "Keep the likeliest tokens that together reach this probability.")
    var topP = 1.0
    @Option(parsing: .unconditional, help: "Keep this many of the likeliest tokens; 0 keeps all.")
    var topK = 0
    @Option(parsing: .unconditional, help: "Keep tokens at least this likely relative to the likeliest.")
    var minP = 0.0
    @Option(parsing: .unconditional, help: "Tokens per completion at most.")
    var maxTokens = 16
    @Option(parsing: .unconditional, help: "Tokens per completion at least.")
    var minTokens = 0
    @Option(help: "A text that ends a completion. Repeatable.")
    var stop: [String] = []
    @Option(help: "A token id that ends a completion. Repeatable.")
    var stopTokenIds: [Int32] = []
    @Flag(help: "Go on after an end-of-sequence token.")
    var ignoreEos = false
    @Flag(help: "Keep the stop text in the output.")
    var includeStopStrInOutput = false
    @Flag(inversion: .prefixedNo, help: "Leave special tokens out of the text.")
    var skipSpecialTokens = true
    @Option(parsing: .unconditional, help: "Report log-probabilities of chosen tokens and this many of the likeliest.")
    var logprobs: Int?
    @Option(parsing: .unconditional, help: "The same for the prompt's tokens.")
    var promptLogprobs: Int?

    @Option(parsing: .unconditional, help: "Makes tokens of the completion less likely, once; -2 to 2.")
    var presencePenalty = 0.0
    @Option(parsing: .unconditional, help: "Makes tokens of the completion less likely each time; -2 to 2.")
    var frequencyPenalty = 0.0
    @Option(parsing: .unconditional, help: "Makes tokens of prompt and completion less likely where above 1.")
    var repetitionPenalty = 1.0
    @Option(help: "Adds to a token's logit, such as 42=-5. Repeatable.")
    var logitBias: [String] = []
    @Option(help: "A token that may be chosen; others may not. Repeatable.")
    var allowedTokenIds: [Int32] = []
    @Option(help: "A text that a completion may not contain. Repeatable.")
    var badWords: [String] = []
    @Option(parsing: .unconditional, help: "Keep only this many tokens at the end of each prompt.")
    var truncatePromptTokens: Int?

    @Option(parsing: .unconditional, help: "Who goes first where requests wait or memory is short; lower is sooner.")
    var priority = 0
    @Option(help: "Requests with different salts share no cached blocks.")
    var cacheSalt: String?

    @Option(
        parsing: .unconditional, help: "Search for the likeliest completions with this many beams, instead of drawing.")
    var beamWidth: Int?
    @Option(parsing: .unconditional, help: "Beam search divides log-probabilities by the length to this power.")
    var lengthPenalty = 1.0
    @Option(help: "When beam search ends before --max-tokens: true, false or never, as in Hugging Face.")
    var earlyStopping = EarlyStopping.no
    @Option(help: "The decoding strategy; `quire plugins` lists them. Default: beam with --beam-width, else parallel.")
    var decodingStrategy: String?

    @Option(help: "A setting for a processor or strategy of your own, such as no_repeat_ngram_size=3. Repeatable.")
    var extraArgs: [String] = []

    /// - Throws: `OptionError` for a setting without a value.
    static func extraArguments(_ texts: [String]) throws(OptionError) -> [String: String] {
        var arguments: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw OptionError(name: "--extra-args", value: "'\(text)'", expected: "NAME=VALUE")
            }
            arguments[String(parts[0])] = String(parts[1])
        }
        return arguments
    }

    /// - Throws: `OptionError` for a bias that is none.
    private func biases() throws -> [TokenID: Double] {
        var biases: [TokenID: Double] = [:]
        for text in logitBias {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let token = TokenID(parts[0]), let bias = Double(parts[1]) else {
                throw OptionError(name: "--logit-bias", value: "'\(text)'", expected: "ID=NUMBER, such as 42=-5")
            }
            biases[token] = bias
        }
        return biases
    }

    func params(seed: UInt64?) throws -> SamplingParams {
        try SamplingParams(
            n: n, temperature: temperature, topP: topP, topK: topK, minP: minP, seed: seed, maxTokens: maxTokens,
            minTokens: minTokens, stop: stop, stopTokenIDs: stopTokenIds,
            includeStopStringInOutput: includeStopStrInOutput, ignoreEOS: ignoreEos, logprobs: logprobs,
            promptLogprobs: promptLogprobs, skipSpecialTokens: skipSpecialTokens,
            presencePenalty: presencePenalty, frequencyPenalty: frequencyPenalty, repetitionPenalty: repetitionPenalty,
            logitBias: biases(), allowedTokenIDs: allowedTokenIds.isEmpty ? nil : allowedTokenIds, badWords: badWords,
            truncatePromptTokens: truncatePromptTokens, priority: priority, cacheSalt: cacheSalt, beamWidth: beamWidth,
            lengthPenalty: lengthPenalty, earlyStopping: earlyStopping, decodingStrategy: decodingStrategy,
            extraArguments: Self.extraArguments(extraArgs))
    }
}
