import QuireCore

extension LLM {
    /// Loads a model off the caller's thread.
    public convenience init(model: String? = nil) async throws { try self.init(EngineOptions(model: model)) }

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
        let request = try request(prompt, params)
        return AsyncThrowingStream { continuation in
            continuation.onTermination = { [self] reason in
                if case .cancelled = reason { cancel([request.id]) }
            }
            submit(request) { update in
                if case .failure(let error) = update.result {
                    continuation.finish(throwing: error)
                    return
                }
                continuation.yield(update)
                if update.result != nil { continuation.finish() }
            }
        }
    }
}
