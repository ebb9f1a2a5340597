import Foundation
import Synchronization

/// A line on standard error that shows how far something is; only where that is a terminal.
final class ProgressLine: Sendable {
    private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

    /// `nil` where standard error is no terminal.
    init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
    }

    /// Draws the line, ten times a second at most, and removes it when all is done; from any thread.
    func show(_ line: @autoclosure () -> String, isDone: Bool) {
        lastDrawn.withLock { last in
            let now = ContinuousClock.now
            if let last, !isDone, now - last < .milliseconds(100) { return }
            last = now
            FileHandle.standardError.write(Data(("\r\u{1B}[K" + (isDone ? "" : line())).utf8))
        }
    }
}
