import Quire
import Synchronization

/// Measures the prompts of one HTTP request as the engine tells of them.
final class RequestObserver: Sendable {
    private struct Times {
        var latest: ContinuousClock.Instant?
        var tokens = 0
    }

    private let metrics: ServerMetrics
    private let start = ContinuousClock.now
    private let times: Mutex<[Times]>

    init(_ metrics: ServerMetrics, prompts: Int) {
        self.metrics = metrics
        times = Mutex(Array(repeating: Times(), count: prompts))
    }

    /// Called on the engine's thread.
    func observe(_ prompt: Int, _ update: RequestUpdate) {
        let now = ContinuousClock.now
        let tokens = update.deltas.reduce(0) { $0 + $1.tokenIDs.count }
        let previous = times.withLock { times in
            defer {
                if tokens > 0 { times[prompt].latest = now }
                times[prompt].tokens += tokens
            }
            return times[prompt].latest
        }
        if tokens > 0 {
            if let previous {
                metrics.interTokenLatency.observe((now - previous).seconds)
            } else {
                metrics.timeToFirstToken.observe((now - start).seconds)
            }
        }
        metrics.generationTokens.add(tokens)
        guard let result = update.result else { return }
        let seconds = (now - start).seconds
        switch result {
        case .success(let output): metrics.requestEnded(output, seconds: seconds)
        case .failure: metrics.requestFailed(tokens: times.withLock { $0[prompt].tokens })
        }
    }
}
