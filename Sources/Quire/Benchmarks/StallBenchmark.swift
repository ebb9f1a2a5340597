import QuireCore
import Synchronization

/// How long running requests wait for their next token when a long prompt arrives beside them.
public struct StallBenchmark {
    /// Milliseconds between two tokens of a running request.
    public struct Report: Sendable {
        public let medianGap: Double
        /// Longest gap before the long prompt arrives.
        public let longestBefore: Double
        /// Longest gap from its arrival to its first token.
        public let longestDuring: Double
        /// From the long prompt's arrival to its first token.
        public let timeToFirstToken: Double
    }

    private let options: EngineOptions
    private let promptTokens: Int
    private let streams: Int

    /// - Parameters:
    ///   - promptTokens: length of the long prompt.
    ///   - streams: requests that run when it arrives.
    public init(options: EngineOptions, promptTokens: Int, streams: Int) {
        self.options = options
        self.promptTokens = promptTokens
        self.streams = streams
    }

    public func run() async throws -> Report {
        let llm = try LLM(options)
        guard promptTokens < llm.maxModelLength else {
            throw RequestError.promptTooLong(tokens: promptTokens, limit: llm.maxModelLength)
        }
        let clock = Recorder()
        let endless = SamplingParams(temperature: 0, maxTokens: nil, ignoreEOS: true)
        let tasks = try (0..<streams).map { index in
            let stream = try llm.stream(.tokens([1, TokenID(3 + index)]), endless)
            return Task {
                for try await _ in stream {
                    if clock.note(stream: index) { break }
                }
            }
        }
        // Let the streams run for a while, and the scheduler learn what a step costs.
        while clock.tokens < streams * 40 { try await Task.sleep(for: .milliseconds(1)) }
        let prompt = (0..<promptTokens).map { TokenID(3 + $0 % 200) }
        clock.promptArrives()
        for try await _ in try llm.stream(
            .tokens(prompt), SamplingParams(temperature: 0, maxTokens: 1, ignoreEOS: true))
        {
            clock.promptAnswers()
        }
        try await Task.sleep(for: .milliseconds(100))
        clock.stop()
        for task in tasks { try await task.value }
        return clock.report
    }

    /// When tokens came.
    private final class Recorder: Sendable {
        private struct State {
            var last: [Int: ContinuousClock.Instant] = [:]
            var before: [Double] = []
            var during: [Double] = []
            var arrival: ContinuousClock.Instant?
            var answer: ContinuousClock.Instant?
            var isStopped = false
        }

        private let state = Mutex(State())

        var tokens: Int { state.withLock { $0.before.count } }

        /// Returns whether to stop.
        func note(stream: Int) -> Bool {
            let now = ContinuousClock.now
            return state.withLock { state in
                if let last = state.last[stream] {
                    let gap = (now - last).seconds * 1_000
                    if let arrival = state.arrival {
                        // The gap in which the prompt's last part ran ends after its answer.
                        if last <= state.answer ?? now, now >= arrival { state.during.append(gap) }
                    } else {
                        state.before.append(gap)
                    }
                }
                state.last[stream] = now
                return state.isStopped
            }
        }

        func promptArrives() { state.withLock { $0.arrival = .now } }
        func promptAnswers() { state.withLock { $0.answer = $0.answer ?? .now } }
        func stop() { state.withLock { $0.isStopped = true } }

        var report: Report {
            state.withLock { state in
                let wait = state.answer.flatMap { answer in state.arrival.map { (answer - $0).seconds * 1_000 } } ?? 0
                return Report(
                    medianGap: state.before.sorted()[state.before.count / 2], longestBefore: state.before.max() ?? 0,
                    longestDuring: state.during.max() ?? 0, timeToFirstToken: wait)
            }
        }
    }
}
