import Logging
import ServiceLifecycle

/// Ends the server in order: new requests are refused, those under way may end, and at the end of the time the rest is
/// ended with a last event that says why.
struct DrainService: Service {
    let running: RunningGenerations
    /// Seconds.
    let timeout: Double
    let logger: Logger

    func run() async throws {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        await withGracefulShutdownHandler {
            for await _ in stream {}
        } onGracefulShutdown: {
            running.close()
            continuation.finish()
        }
        logger.notice("shutting down", metadata: ["requests": .stringConvertible(running.count)])
        // This goes on through the shutdown, so no cancellation ends it early.
        let deadline = ContinuousClock.now + .seconds(timeout)
        while running.count > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        guard running.count > 0 else { return }
        logger.warning("ending what is under way", metadata: ["requests": .stringConvertible(running.count)])
        running.interrupt(.shuttingDown)
    }
}
