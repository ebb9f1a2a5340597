import Foundation
import QuireCore
import Synchronization

/// Many prompts under way: wait for them, look at what is done, or cancel the rest.
public final class GenerationRun: Sendable {
    /// How far a run is.
    public struct Progress: Sendable {
        public var total: Int
        public var finished = 0
        public var promptTokens = 0
        public var generatedTokens = 0
        /// Since the run began.
        public var seconds = 0.0
    }

    private struct State {
        var progress: Progress
        var results: [Result<RequestOutput, any Error>?]
    }

    private let state: Mutex<State>
    private let indices: [RequestID: Int]
    private let ids: [RequestID]
    private let prompts: [Prompt]
    private let engine: EngineThread
    private let finished = DispatchSemaphore(value: 0)
    private let start = ContinuousClock.now
    private let onProgress: (@Sendable (Progress) -> Void)?

    init(
        requests: [Request], prompts: [Prompt], engine: EngineThread, onProgress: (@Sendable (Progress) -> Void)?
    ) {
        self.engine = engine
        self.prompts = prompts
        self.onProgress = onProgress
        ids = requests.map(\.id)
        indices = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        state = Mutex(
            State(progress: Progress(total: requests.count), results: Array(repeating: nil, count: requests.count)))
        if requests.isEmpty { finished.signal() }
        engine.submit(requests, waits: true) { [self] in receive($0) }
    }

    /// Blocks until every prompt is done.
    ///
    /// - Returns: the outputs, in the order of the prompts.
    /// - Throws: `PromptError` for the first prompt that failed.
    public func wait() throws -> [RequestOutput] {
        finished.wait()
        finished.signal()
        return try outputs()
    }

    /// The outputs that are done so far, in the order of the prompts.
    public var finishedOutputs: [(index: Int, output: RequestOutput)] {
        state.withLock { state in
            state.results.enumerated().compactMap { index, result in
                guard case .success(let output) = result else { return nil }
                return (index, output)
            }
        }
    }

    /// Ends what is not done; `wait` then throws.
    public func cancel() { engine.cancel(ids) }

    /// As `wait`, without blocking a thread of Swift's pool; cancelling the task cancels the run.
    func value() async throws -> [RequestOutput] {
        try await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    self.finished.wait()
                    self.finished.signal()
                    continuation.resume()
                }
            }
            return try outputs()
        } onCancel: {
            cancel()
        }
    }

    private func outputs() throws -> [RequestOutput] {
        try state.withLock { state in
            try state.results.enumerated().map { index, result in
                do {
                    guard let result else { throw RequestError.cancelled }
                    return try result.get()
                } catch {
                    throw PromptError(index: index, underlying: error)
                }
            }
        }
    }

    private func receive(_ update: RequestUpdate) {
        guard let index = indices[update.requestID] else { return }
        let progress = state.withLock { state in
            state.progress.generatedTokens += update.deltas.reduce(0) { $0 + $1.tokenIDs.count }
            if let result = update.result {
                state.progress.finished += 1
                state.results[index] = result.map { output in
                    var output = output
                    if case .text(let text) = prompts[index] { output.prompt = text }
                    state.progress.promptTokens += output.promptTokenIDs.count
                    return output
                }
            }
            state.progress.seconds = (ContinuousClock.now - start).seconds
            return state.progress
        }
        onProgress?(progress)
        if progress.finished == progress.total, update.result != nil { finished.signal() }
    }
}
