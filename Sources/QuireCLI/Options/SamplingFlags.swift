import ArgumentParser
import Quire

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

    func params(seed: UInt64?) -> SamplingParams {
        SamplingParams(
            n: n, temperature: temperature, topP: topP, topK: topK, minP: minP, seed: seed, maxTokens: maxTokens,
            minTokens: minTokens, stop: stop, stopTokenIDs: stopTokenIds,
            includeStopStringInOutput: includeStopStrInOutput, ignoreEOS: ignoreEos, logprobs: logprobs,
            promptLogprobs: promptLogprobs, skipSpecialTokens: skipSpecialTokens)
    }
}
