import Logging

/// How often and after how long a request is made again.
public struct RetryPolicy: Sendable {
    /// Failures in a row, without a byte between them, that end it.
    public var attempts = 6
    /// The same, for a hub that cannot be reached at all: who has no network should not wait for long.
    public var connectionAttempts = 3
    /// Before the second attempt; each further one waits twice as long.
    public var firstDelay = Duration.seconds(1)
    public var longestDelay = Duration.seconds(30)
    /// The longest wait that a hub may ask for.
    public var longestRetryAfter = Duration.seconds(300)

    public init() {}

    /// Runs an operation until it succeeds or has failed too often.
    ///
    /// - Parameter operation: throws a transient `HubError` to be run again; `hasProgressed` starts the count anew.
    func run<Result>(
        _ logger: Logger, _ operation: (_ hasProgressed: inout Bool) async throws -> Result
    ) async throws -> Result {
        var failures = 0
        while true {
            var hasProgressed = false
            do {
                return try await operation(&hasProgressed)
            } catch let error as HubError {
                failures = hasProgressed ? 1 : failures + 1
                guard let delay = delay(after: error, failures: failures) else { throw error }
                logger.notice("\(error); trying again", metadata: ["seconds": "\(delay)"])
                try await Pause.sleep(for: delay)
            }
        }
    }

    /// `nil` where another attempt is not worth it.
    func delay(after error: HubError, failures: Int) -> Duration? {
        guard error.isTransient, failures < limit(error) else { return nil }
        if let seconds = error.retryAfter {
            let asked = Duration.seconds(seconds)
            return asked <= longestRetryAfter ? asked : nil
        }
        let backoff = firstDelay * (1 << min(failures - 1, 16))
        // Those who failed together should not come back together.
        return min(backoff, longestDelay) * Double.random(in: 0.75...1)
    }

    private func limit(_ error: HubError) -> Int {
        if case .unreachable = error { connectionAttempts } else { attempts }
    }
}
