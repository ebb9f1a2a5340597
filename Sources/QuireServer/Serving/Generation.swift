import Quire
import Synchronization

/// The prompts of one HTTP request while the engine completes them.
///
/// The engine leaves what happens in a mailbox and never waits; who answers takes everything out at once, so that a slow
/// reader gets fewer and larger pieces.
final class Generation: Sendable {
    /// What the engine said of one prompt.
    struct News: Sendable {
        let prompt: Int
        let update: RequestUpdate
    }

    private struct State {
        var news: [News] = []
        var unaccepted: Int
        /// Prompts whose end nobody has taken out of the mailbox yet, and those that the engine still has.
        var unfinished: Int
        var unended: Int
        var endHandlers: [@Sendable () -> Void] = []
        /// Why everything ends early.
        var interruption: APIError?
        var waiter: CheckedContinuation<Void, Never>?

        /// Whether it is decided that every prompt stands in line, or that one does not.
        var isDecided: Bool { unaccepted == 0 || refusal != nil }

        var refusal: (any Error)? {
            // What fails in line fails later.
            if unaccepted == 0 { return nil }
            if let interruption { return interruption }
            for news in news {
                if case .failure(let error) = news.update.result { return error }
            }
            return nil
        }
    }

    private let llm: LLM
    private let state: Mutex<State>
    private let ids = Mutex<[RequestID]>([])
    private let observer: RequestObserver

    /// - Throws: what is wrong with a prompt or the parameters; then nothing runs.
    init(_ llm: LLM, _ prompts: [Prompt], _ params: SamplingParams, metrics: ServerMetrics) throws {
        self.llm = llm
        state = Mutex(State(unaccepted: prompts.count, unfinished: prompts.count, unended: prompts.count))
        observer = RequestObserver(metrics, prompts: prompts.count)
        do {
            for (index, prompt) in prompts.enumerated() {
                let id = try llm.submit(prompt, params) { [self] in
                    accept()
                } onUpdate: { [self] update in
                    receive(News(prompt: index, update: update))
                }
                ids.withLock { $0.append(id) }
            }
        } catch {
            cancel()
            throw error
        }
        metrics.requestsBegan(prompts.count, params)
    }

    /// Calls the handler when the engine is done with every prompt, at once where it is done already.
    func whenEnded(_ handler: @escaping @Sendable () -> Void) {
        let hasEnded = state.withLock { state in
            if state.unended > 0 { state.endHandlers.append(handler) }
            return state.unended == 0
        }
        if hasEnded { handler() }
    }

    /// Ends everything before the engine's next step.
    func cancel() { llm.cancel(ids.withLock { $0 }) }

    /// Ends everything, and tells whoever answers why.
    func interrupt(_ reason: APIError) {
        cancel()
        wake { $0.interruption = $0.interruption ?? reason }
    }

    /// Waits until every prompt stands in line.
    ///
    /// - Throws: `APIError` where one was refused.
    func waitForAcceptance() async throws {
        await sleep { $0.isDecided }
        if let refusal = state.withLock({ $0.refusal }) {
            cancel()
            throw refusal
        }
    }

    /// What has happened since the last call; waits until there is something.
    ///
    /// - Returns: `nil` when all is said.
    /// - Throws: the error of the first prompt that failed; the others are cancelled then.
    func next() async throws -> [News]? {
        while true {
            let (news, isOver, interruption) = state.withLock { state in
                defer { state.news = [] }
                state.unfinished -= state.news.count { $0.update.result != nil }
                return (state.news, state.unfinished == 0 && state.news.isEmpty, state.interruption)
            }
            for case .failure(let error) in news.map(\.update.result) {
                cancel()
                throw interruption ?? error
            }
            if !news.isEmpty { return news }
            if let interruption { throw interruption }
            if isOver { return nil }
            await sleep { !$0.news.isEmpty || $0.interruption != nil }
        }
    }

    /// Everything at the end.
    ///
    /// - Returns: an output for each prompt, in order.
    func outputs() async throws -> [RequestOutput] {
        var outputs: [Int: RequestOutput] = [:]
        while let news = try await next() {
            for entry in news {
                if case .success(let output) = entry.update.result { outputs[entry.prompt] = output }
            }
        }
        return outputs.sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: - The engine's side

    private func accept() { wake { $0.unaccepted -= 1 } }

    private func receive(_ news: News) {
        observer.observe(news.prompt, news.update)
        wake { $0.news.append(news) }
        guard news.update.result != nil else { return }
        let handlers = state.withLock { state in
            state.unended -= 1
            guard state.unended == 0 else { return [] as [@Sendable () -> Void] }
            defer { state.endHandlers = [] }
            return state.endHandlers
        }
        for handler in handlers { handler() }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    private func sleep(until isReady: (State) -> Bool) async {
        while !state.withLock({ isReady($0) }) {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if isReady(state) { return true }
                    state.waiter = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        }
    }
}
