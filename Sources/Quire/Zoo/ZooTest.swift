import Foundation
import QuireCore

/// Runs zoo entries on every attention backend with weights of every type, and compares with what another implementation
/// says.
public struct ZooTest {
    public let entries: [ZooEntry]
    public let columns: [ZooColumn]
    private let registry: PluginRegistry
    private let threads: Int?

    /// - Parameters:
    ///   - names: entries; none means all.
    ///   - attention: backends; none means all.
    ///   - matmul: backends; none means the default one, and with float32 the others too.
    ///   - weights: types; none means all.
    ///   - registry: the plugins to choose from; `nil` takes those that ship with Quire.
    /// - Throws: `OptionError` or `RegistryError` for an unknown name.
    public init(
        names: [String] = [], attention: [String] = [], matmul: [String] = [], weights: [ZooWeights] = [],
        threads: Int? = nil, registry: PluginRegistry? = nil
    ) throws {
        let registry = try registry ?? DefaultPlugins.registry()
        entries = try ZooEntry.named(names)
        columns = try ZooColumn.all(attention: attention, matmul: matmul, weights: weights, registry: registry)
        self.registry = registry
        self.threads = threads
    }

    /// Runs everything, one after the other.
    ///
    /// - Parameter onCell: is told before each cell how many are done, and of how many.
    /// - Throws: `ConfigurationError` for an entry whose expectations cannot be read, `HubError`.
    public func run(onCell: (_ name: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }) throws -> ZooReport {
        let start = ContinuousClock.now
        let present = try entries.filter { try $0.findFiles().areThere }
        var cells: [ZooCell] = []
        for entry in present {
            let cases = try entry.expectedPath.map(ExpectedContinuation.read) ?? []
            for column in columns {
                onCell("\(entry.name), \(column.title)", cells.count, present.count * columns.count)
                cells.append(cell(entry, cases, column))
            }
        }
        return ZooReport(
            entries: entries, columns: columns, cells: cells, registry: registry,
            threads: threads ?? WorkerPool.availableProcessors, seconds: (ContinuousClock.now - start).seconds)
    }

    private func cell(_ entry: ZooEntry, _ cases: [ExpectedContinuation], _ column: ZooColumn) -> ZooCell {
        let start = ContinuousClock.now
        var finding = ZooRun.Finding()
        let outcome: ZooCell.Outcome
        do {
            finding = try run(entry, cases, column)
            outcome = finding.problem.map(ZooCell.Outcome.failed) ?? .passed
        } catch {
            outcome = Self.outcome(of: error)
        }
        return ZooCell(
            entry: entry.name, column: column, outcome: outcome, difference: finding.difference, bound: finding.bound,
            seconds: (ContinuousClock.now - start).seconds)
    }

    private func run(
        _ entry: ZooEntry, _ cases: [ExpectedContinuation], _ column: ZooColumn
    ) throws -> ZooRun.Finding {
        var options = EngineOptions(model: entry.name)
        options.attentionBackend = column.attention
        options.matmulBackend = column.matmul
        options.threads = threads
        // A prompt that is found in the cache is not computed, and computing is what is tried.
        options.enablePrefixCaching = false
        try column.weights.apply(to: &options)
        var logger = LLM.defaultLogger
        logger.logLevel = .error
        let run = ZooRun(entry: entry, cases: cases, column: column, options: options) { options in
            try LLM(options, registry: registry, logger: logger)
        }
        return try run.findings()
    }

    /// What says by name that it does not serve an entry has not failed.
    private static func outcome(of error: any Error) -> ZooCell.Outcome {
        switch error {
        case let refusal as ZooRefusal: return .refused(refusal.reason)
        case ModelError.backend, ModelError.alreadyQuantized: return .refused("\(error)")
        case let error as WeightError where error.problem.contains("cannot serve weight"):
            return .refused("\(error)")
        case is MemoryError: return .refused("\(error)")
        default: return .failed("\(error)")
        }
    }
}
