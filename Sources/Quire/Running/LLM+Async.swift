import Foundation
import QuireCore

extension LLM {
    /// Loads a model off the caller's thread; cancelling the task cancels its download.
    ///
    /// - Parameters:
    ///   - model: a directory, a `.gguf` file, a zoo name, or a hub id; `nil` is the embedded one.
    ///   - revision: a branch, tag or commit of a hub id; `nil` is `main`.
    public convenience init(model: String? = nil, revision: String? = nil) async throws {
        let finder = ModelFinder(
            name: model, revision: revision, environment: ProcessInfo.processInfo.environment,
            logger: LLM.defaultLogger)
        if case .hub(let reference) = try finder.find() { _ = try await finder.fetch(reference, .everything) }
        try self.init(EngineOptions(model: model, revision: revision))
    }

    /// Completes prompts, all together; cancelling the task cancels them.
    ///
    /// - Throws: `PromptError`.
    public func generate(
        _ prompts: [Prompt], _ params: SamplingParams = SamplingParams(), showsProgress: Bool = true
    ) async throws -> [RequestOutput] {
        try await start(prompts, params, onProgress: ProgressBar.observer(showsProgress)).value()
    }

    /// Completes prompts, each by its own parameters; cancelling the task cancels them.
    ///
    /// - Parameter params: one per prompt.
    public func generate(
        _ prompts: [Prompt], _ params: [SamplingParams], showsProgress: Bool = true
    ) async throws -> [RequestOutput] {
        try await start(prompts, params, onProgress: ProgressBar.observer(showsProgress)).value()
    }

    /// Completes texts; cancelling the task cancels them.
    public func generate(
        _ prompts: [String], _ params: SamplingParams = SamplingParams(), showsProgress: Bool = true
    ) async throws -> [RequestOutput] {
        try await generate(prompts.map(Prompt.text), params, showsProgress: showsProgress)
    }

    /// Completes one prompt, token by token; the last update has the result. Ending the iteration cancels the request.
    ///
    /// - Throws: at once for what can never be served; in the stream what goes wrong later.
    public func stream(
        _ prompt: Prompt, _ params: SamplingParams = SamplingParams()
    ) throws -> AsyncThrowingStream<RequestUpdate, any Error> {
        let (stream, continuation) = AsyncThrowingStream<RequestUpdate, any Error>.makeStream()
        let id = try submit(prompt, params) { update in
            if case .failure(let error) = update.result {
                continuation.finish(throwing: error)
                return
            }
            continuation.yield(update)
            if update.result != nil { continuation.finish() }
        }
        continuation.onTermination = { [self] reason in
            if case .cancelled = reason { cancel([id]) }
        }
        return stream
    }
}
