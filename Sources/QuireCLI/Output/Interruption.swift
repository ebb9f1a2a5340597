@preconcurrency import Dispatch
import Foundation
import Synchronization

/// What happens on Ctrl-C: an action, once, and the end of the process.
final class Interruption: Sendable {
    /// As shells report a process that SIGINT ended.
    private static let status: Int32 = 130

    // Dispatch sources may be used from any thread; the type does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceSignal
    private let isArmed = Atomic<Bool>(true)

    init(_ action: @escaping @Sendable () -> Void) {
        // The source below takes the signal instead of the default action.
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInteractive))
        self.source = source
        source.setEventHandler { [self] in
            guard isArmed.exchange(false, ordering: .acquiringAndReleasing) else { return }
            action()
            exit(Self.status)
        }
        source.resume()
    }

    /// From here on the process ends in its own way.
    func disarm() { isArmed.store(false, ordering: .releasing) }
}
