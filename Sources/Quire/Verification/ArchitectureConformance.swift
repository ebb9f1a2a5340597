import Foundation
import QuireCore

/// What every architecture must do: say what another implementation says, and the same in any company, however prompts
/// are cut, on any number of threads.
///
/// It needs a folder with a small model in Hugging Face's layout and, in `expected.json`, greedy continuations by the
/// other implementation, a list of `ExpectedContinuation`. Where the folder also has `.gguf` files, they must say the same.
public struct ArchitectureConformance {
    /// What came of one model file on one pair of backends.
    public struct Result: Sendable {
        public let model: String
        public let attention: String
        public let matmul: String
        /// `nil` where everything agreed.
        public let problem: String?
        /// Why a backend does not serve the model; nothing was compared then.
        public let objection: String?
    }

    static let tolerance = 1e-4
    /// Where the two best logits are closer than this, rounding may choose either.
    static let smallestMargin = 1e-3

    private let folder: String
    private let registry: PluginRegistry
    private let cases: [ExpectedContinuation]

    /// - Parameters:
    ///   - names: the architecture's names, one of which the folder's `config.json` has.
    ///   - registry: where the architecture and the backends are.
    /// - Throws: `ConfigurationError` where the folder is not what is needed.
    public init(folder: String, names: [String], registry: PluginRegistry) throws {
        self.folder = folder
        self.registry = registry
        cases = try ExpectedContinuation.read(folder + "/expected.json")
        guard cases.count >= 2, cases.contains(where: { $0.promptTokenIDs.count >= 8 }) else {
            throw ConfigurationError(
                place: folder + "/expected.json",
                problem: "has too little to compare; expected two prompts, one of 8 tokens or more")
        }
        let found = try ModelFiles(try ModelLocation(finding: folder), registry: registry).config.architectures
        guard found.contains(where: names.contains) else {
            throw ConfigurationError(
                place: folder + "/config.json",
                problem:
                    "'architectures' is \(found.joined(separator: ", ")); expected \(names.joined(separator: " or "))")
        }
    }

    /// Runs every model file on every pair of backends.
    ///
    /// - Throws: a `UserError` where the model cannot be loaded.
    public func run() throws -> [Result] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".gguf") }
            .sorted()
        var results: [Result] = []
        for model in [folder] + files.map({ "\(folder)/\($0)" }) {
            for attention in registry.attentionBackends.names {
                for matmul in registry.matmulBackends.names {
                    var (problem, objection): (String?, String?)
                    do {
                        problem = try self.problem(model, attention, matmul)
                    } catch ModelError.backend(_, _, let objections) {
                        objection = objections.joined(separator: "; ")
                    }
                    results.append(
                        Result(
                            model: model, attention: attention, matmul: matmul, problem: problem, objection: objection))
                }
            }
        }
        return results
    }

    private func problem(_ model: String, _ attention: String, _ matmul: String) throws -> String? {
        var options = EngineOptions(model: model)
        options.attentionBackend = attention
        options.matmulBackend = matmul
        options.threads = 2
        let together = try complete(options, cases)
        for (expected, found) in zip(cases, together) {
            if let problem = difference(expected, found) { return problem }
        }
        guard try LLM.plan(options, registry: registry).backends.isBatchInvariant else { return nil }
        for (index, expected) in cases.enumerated() {
            var alone = options
            alone.threads = 1
            if try complete(alone, [expected])[0] != together[index] {
                return "prompt \(index) alone, on one thread, differs from the same among others"
            }
        }
        var cut = options
        cut.maxBatchedTokens = 3
        cut.maxSequences = 2
        cut.blockSize = 8
        cut.enablePrefixCaching = false
        let chunked = try complete(cut, cases)
        let differing = together.indices.first { together[$0] != chunked[$0] }
        return differing.map { "prompt \($0), cut into chunks of 3 tokens, differs from the same in one piece" }
    }

    private func complete(_ options: EngineOptions, _ cases: [ExpectedContinuation]) throws -> [CompletionOutput] {
        let llm = try LLM(options, registry: registry)
        let params = cases.map {
            SamplingParams(temperature: 0, maxTokens: $0.tokenIDs.count, ignoreEOS: true, logprobs: 0)
        }
        return try llm.generate(cases.map { .tokens($0.promptTokenIDs) }, params, showsProgress: false)
            .compactMap(\.outputs.first)
    }

    /// The first token, or log-probability, that differs where it must not, in words.
    private func difference(_ expected: ExpectedContinuation, _ found: CompletionOutput) -> String? {
        for (index, wanted) in expected.tokenIDs.enumerated() {
            let place = "'\(expected.prompt)': token \(index)"
            guard found.tokenIDs.indices.contains(index) else { return "\(place) is missing, expected \(wanted)" }
            let token = found.tokenIDs[index]
            if token != wanted {
                // From a near tie on, both continuations are right.
                if expected.margins[index] <= Self.smallestMargin { return nil }
                return "\(place) is \(token), expected \(wanted)"
            }
            let logprob = found.logprobs?[index].logprob ?? .nan
            guard abs(logprob - expected.logprobs[index]) <= Self.tolerance else {
                return "\(place) has the log-probability \(logprob), expected \(expected.logprobs[index])"
            }
        }
        return nil
    }
}
