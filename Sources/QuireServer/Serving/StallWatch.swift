import NIOCore
import Quire
import Synchronization

/// Closes a connection whose client has stopped reading: what waits for it would stay for ever.
final class StallWatch: Sendable {
    private final class Clock: Sendable {
        let writingSince = Mutex<ContinuousClock.Instant?>(nil)
    }

    private let clock = Clock()
    private let task: Task<Void, Never>

    /// - Parameter limit: seconds that one write may take.
    init(_ channel: any Channel, limit: Double) {
        task = Task { [clock] in
            while (try? await Task.sleep(for: .seconds(limit / 4))) != nil {
                guard let since = clock.writingSince.withLock({ $0 }) else { continue }
                if (ContinuousClock.now - since).seconds > limit {
                    channel.close(promise: nil)
                    return
                }
            }
        }
    }

    deinit { task.cancel() }

    func watching<Value>(_ write: () async throws -> Value) async rethrows -> Value {
        clock.writingSince.withLock { $0 = .now }
        defer { clock.writingSince.withLock { $0 = nil } }
        return try await write()
    }
}
