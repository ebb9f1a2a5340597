import Foundation
import Synchronization

/// A line on standard error that shows how far a run is; only where that is a terminal.
public final class ProgressBar: Sendable {
    private let lastDrawn = Mutex<ContinuousClock.Instant?>(nil)

    /// `nil` where standard error is no terminal.
    public init?() {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
    }

    /// What draws the line where it is wanted and standard error is a terminal.
    static func observer(_ isWanted: Bool) -> (@Sendable (GenerationRun.Progress) -> Void)? {
        guard isWanted, let bar = ProgressBar() else { return nil }
        return { bar.show($0) }
    }

    /// Draws the line, ten times a second at most, and ends it when everything is done.
    public func show(_ progress: GenerationRun.Progress) {
        let isDone = progress.finished == progress.total
        let isDue = lastDrawn.withLock { last in
            let now = ContinuousClock.now
            if let last, !isDone, now - last < .milliseconds(100) { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let line = Self.line(progress)
        FileHandle.standardError.write(Data(("\r\u{1B}[K" + line + (isDone ? "\n" : "")).utf8))
    }

    static func line(_ progress: GenerationRun.Progress) -> String {
        let width = 24
        let share = progress.total == 0 ? 1 : Double(progress.finished) / Double(progress.total)
        let filled = Int(share * Double(width))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let rate = progress.seconds > 0 ? Double(progress.generatedTokens) / progress.seconds : 0
        return "\(bar) \(progress.finished)/\(progress.total) prompts, \(progress.generatedTokens) tokens, "
            + "\(String(format: "%.1f", rate)) tokens/s"
    }
}
