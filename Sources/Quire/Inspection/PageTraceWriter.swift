import Foundation
import QuireCore
import Synchronization

/// Writes what happens to the pages of an engine into a file, a line per step.
///
/// The file is made at once, so that a place that cannot be written to is told before a model is loaded. A disk that
/// becomes full ends the trace, not the run.
public final class PageTraceWriter: Sendable {
    private struct State {
        var file: FileHandle
        var failure: String?
    }

    private let path: String
    private let state: Mutex<State>

    /// - Throws: `TraceError` where the file cannot be made.
    public init(path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw TraceError(path: path, problem: "cannot be written") }
        state = Mutex(State(file: file))
    }

    /// Writes the first line.
    public func begin(model: String, blockSize: Int, totalBlocks: Int) {
        write(PageTrace.Header(model: model, blockSize: blockSize, totalBlocks: totalBlocks).json)
    }

    /// Writes the line of one step.
    public func add(_ trace: StepTrace) { write(PageTrace.Step(trace).json) }

    /// - Throws: `TraceError` where not all could be written.
    public func end() throws {
        try state.withLock { state in
            try? state.file.close()
            if let failure = state.failure { throw TraceError(path: path, problem: "is not whole: \(failure)") }
        }
    }

    private func write(_ line: String) {
        state.withLock { state in
            guard state.failure == nil else { return }
            do {
                try state.file.write(contentsOf: Data((line + "\n").utf8))
            } catch {
                state.failure = (error as NSError).localizedDescription
            }
        }
    }
}

/// A trace that cannot be written.
public struct TraceError: UserError {
    public let path: String
    public let problem: String

    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    public var kind: UserErrorKind { .unavailable }
    public var description: String { "\(path) \(problem)" }
}

extension PageTrace.Step {
    /// A step as the engine tells of it.
    package init(_ trace: StepTrace) {
        self.init(number: trace.step)
        milliseconds = (trace.time * 1e6).rounded() / 1e3
        tokens = trace.tokens
        promptTokens = trace.promptTokens
        running = trace.running
        waiting = trace.waiting
        free = trace.freeBlocks
        findable = trace.findableBlocks
        tables = trace.tables.map {
            PageTrace.Table(
                request: Int($0.request), branch: $0.branch, tokens: $0.tokens, computed: $0.computed,
                blocks: $0.blocks)
        }
        references = trace.references.map { PageTrace.Reference(block: $0.block, count: $0.count) }
        copies = trace.copies.map { PageTrace.Copy(source: $0.source, target: $0.target) }
        evictions = trace.evictions
        preemptions = trace.preemptions.map {
            PageTrace.Preemption(request: Int($0.request), reason: $0.reason)
        }
        admitted = trace.admitted.map {
            PageTrace.Admission(request: Int($0.request), cachedTokens: $0.cachedTokens)
        }
        finished = trace.finished.map { Int($0) }
    }
}
