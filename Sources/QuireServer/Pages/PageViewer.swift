import Quire
import Synchronization

/// The pages as one viewer will see them next: the latest state, and everything that has happened since the last look.
final class PageViewer: Sendable {
    struct Frame: Sendable {
        var step: PageTrace.Step
        /// Unreferenced blocks that can be found.
        var cached: [BlockID]
    }

    let id: Int
    private let frame = Mutex<Frame?>(nil)
    /// Events that a frame keeps at most: a viewer that does not look must not grow.
    private static let mostEvents = 4_096

    init(id: Int) { self.id = id }

    func add(_ step: PageTrace.Step, cached: [BlockID]) {
        frame.withLock { frame in
            var step = step
            if let earlier = frame?.step {
                step.copies = Self.joined(earlier.copies, step.copies)
                step.evictions = Self.joined(earlier.evictions, step.evictions)
                step.preemptions = Self.joined(earlier.preemptions, step.preemptions)
                step.admitted = Self.joined(earlier.admitted, step.admitted)
                step.finished = Self.joined(earlier.finished, step.finished)
            }
            frame = Frame(step: step, cached: cached)
        }
    }

    private static func joined<Event>(_ earlier: [Event], _ later: [Event]) -> [Event] {
        earlier.isEmpty ? later : Array((earlier + later).suffix(mostEvents))
    }

    /// What is new; `nil` where nothing is.
    func take() -> Frame? {
        frame.withLock { frame in
            defer { frame = nil }
            return frame
        }
    }
}
