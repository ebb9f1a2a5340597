import Foundation
import Quire
import Synchronization

/// A line on standard error that shows how much is written; only where that is a terminal.
final class ByteProgress: Sendable {
    private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

    /// `nil` where standard error is no terminal.
    init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
    }

    /// Draws the line, ten times a second at most, and removes it when everything is written; from any thread.
    func show(_ written: Int, of total: Int) {
        lastDrawn.withLock { last in
            let now = ContinuousClock.now
            let isDone = written == total
            if let last, !isDone, now - last < .milliseconds(100) { return }
            last = now
            let line = isDone ? "" : "\(ByteCount(written)) of \(ByteCount(total)) written"
            FileHandle.standardError.write(Data(("\r\u{1B}[K" + line).utf8))
        }
    }
}
