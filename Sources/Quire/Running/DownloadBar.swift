import Foundation
import QuireCore
import QuireHub
import Synchronization

/// A line on standard error that shows how far a download is; only where that is a terminal.
public final class DownloadBar: Sendable {
    private struct State {
        var start: (time: ContinuousClock.Instant, bytes: Int)?
        var lastDrawn: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// `nil` where standard error is no terminal.
    public init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
    }

    /// Draws the line, ten times a second at most; from any thread.
    public func show(_ progress: PullProgress) {
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastDrawn, now - last < .milliseconds(100) { return }
            state.lastDrawn = now
            let start = state.start ?? (now, progress.bytes)
            state.start = start
            write(Self.line(progress, newBytes: progress.bytes - start.bytes, seconds: (now - start.time).seconds))
        }
    }

    /// Removes the line.
    public func finish() {
        state.withLock { state in
            if state.lastDrawn != nil { write("") }
        }
    }

    /// - Parameters:
    ///   - newBytes: those that came since the line was first drawn.
    ///   - seconds: since then.
    static func line(_ progress: PullProgress, newBytes: Int, seconds: Double) -> String {
        let width = 24
        let share = progress.totalBytes == 0 ? 0 : Double(progress.bytes) / Double(progress.totalBytes)
        let filled = min(width, max(0, Int(share * Double(width))))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let rate = seconds > 0 ? Int(Double(max(0, newBytes)) / seconds) : 0
        return "\(bar) \(ByteCount(progress.bytes)) of \(ByteCount(progress.totalBytes)), "
            + "\(progress.files)/\(progress.totalFiles) files, \(ByteCount(rate))/s"
    }

    private func write(_ line: String) { FileHandle.standardError.write(Data(("\r\u{1B}[K" + line).utf8)) }
}
