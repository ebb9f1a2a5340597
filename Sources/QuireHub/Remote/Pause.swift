import AsyncHTTPClient
import NIOCore

/// Waiting that needs none of Swift's own threads: whoever waits for a download may hold them all.
enum Pause {
    /// - Throws: `CancellationError`, at once.
    static func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        let alarm = HTTPClient.defaultEventLoopGroup.any().scheduleTask(in: TimeAmount(duration)) {}
        try await withTaskCancellationHandler {
            do {
                try await alarm.futureResult.get()
            } catch {
                throw CancellationError()
            }
        } onCancel: {
            alarm.cancel()
        }
    }
}
