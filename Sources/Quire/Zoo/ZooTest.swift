import Foundation
import ModelZoo
import QuireCore

/// Runs zoo entries on every pair of backends and compares with what another implementation expects.
public struct ZooTest {
    /// What one entry did on one pair of backends.
    public struct Result: Sendable {
        public let entry: String
        public let attention: String
        public let matmul: String
        public let prompts: Int
        /// `nil` where everything agreed.
        public let problem: String?
        public let isSkipped: Bool
    }

    /// Where the two best logits are closer than this, rounding may choose either.
    private static let smallestMargin = 1e-3

    private let entries: [ZooEntry]
    private let plugins: [String]

    /// - Parameters:
    ///   - names: entries; empty means all.
    ///   - plugins: as `EngineOptions.plugins`; their backends are crossed too.
    /// - Throws: `OptionError` for an unknown name.
    public init(names: [String], plugins: [String] = []) throws {
        let all = try ZooEntry.all
        for name in names where !all.contains(where: { $0.name == name }) {
            throw OptionError(
                name: "the zoo entry", value: "'\(name)'", expected: all.map(\.name).joined(separator: ", "))
        }
        entries = names.isEmpty ? all : all.filter { names.contains($0.name) }
        self.plugins = plugins
    }

    public func run() throws -> [Result] {
        let registry = try DefaultPlugins.registry(files: plugins)
        var results: [Result] = []
        for entry in entries {
            guard entry.hasWeights, let expected = entry.expectedPath else {
                results.append(
                    Result(
                        entry: entry.name, attention: "-", matmul: "-", prompts: 0,
                        problem: "skipped: its weights are not here", isSkipped: true))
                continue
            }
            for attention in registry.attentionBackends.names {
                for matmul in registry.matmulBackends.names {
                    results.append(try test(entry, expected, attention, matmul))
                }
            }
        }
        return results
    }

    private func test(_ entry: ZooEntry, _ path: String, _ attention: String, _ matmul: String) throws -> Result {
        let cases = try ExpectedContinuation.read(path)
        var options = EngineOptions(model: entry.name)
        options.plugins = plugins
        options.attentionBackend = attention
        options.matmulBackend = matmul
        let llm = try LLM(options)
        let longest = cases.map(\.tokenIDs.count).max() ?? 1
        let outputs = try llm.generate(
            cases.map { .tokens($0.promptTokenIDs) }, SamplingParams(temperature: 0, maxTokens: longest),
            showsProgress: false)
        let problem = zip(cases, outputs).lazy.compactMap { Self.difference($0, $1) }.first
        return Result(
            entry: entry.name, attention: attention, matmul: matmul, prompts: cases.count, problem: problem,
            isSkipped: false)
    }

    /// The first token that differs where it must not, in words.
    static func difference(_ expected: ExpectedContinuation, _ output: RequestOutput) -> String? {
        guard let ids = output.outputs.first?.tokenIDs else { return "'\(expected.prompt)': no completion" }
        for (index, wanted) in expected.tokenIDs.enumerated() {
            let found = ids.indices.contains(index) ? ids[index] : nil
            if found == wanted { continue }
            // From a near tie on, both continuations are right.
            if expected.margins[index] <= smallestMargin { return nil }
            return "'\(expected.prompt)': token \(index) is \(found.map(String.init) ?? "missing"), expected \(wanted)"
        }
        return nil
    }
}

extension ZooEntry {
    private var directory: String? { ModelZoo.directory(of: name) }

    /// Whether the weights ship with Quire.
    public var hasWeights: Bool {
        guard let directory, let weights, !weights.isEmpty else { return false }
        return weights.allSatisfy { FileManager.default.fileExists(atPath: "\(directory)/\($0)") }
    }

    var expectedPath: String? {
        guard let directory, let expected else { return nil }
        return "\(directory)/\(expected)"
    }
}
