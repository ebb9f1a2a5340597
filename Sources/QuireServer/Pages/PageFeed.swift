import Quire
import Synchronization

/// What happens to the pages, for everyone who looks at the moment; the engine traces its steps only while somebody does.
final class PageFeed: Sendable {
    private let llm: LLM
    private let viewers = Mutex<[Int: PageViewer]>([:])
    private let nextID = Atomic<Int>(0)

    init(_ llm: LLM) { self.llm = llm }

    /// A viewer, who must be removed when it no longer looks.
    func addViewer() -> PageViewer {
        let viewer = PageViewer(id: nextID.add(1, ordering: .relaxed).oldValue)
        viewers.withLock { $0[viewer.id] = viewer }
        // Whoever comes later gets the present state, too.
        llm.observePages { [weak self] trace in self?.publish(trace) }
        return viewer
    }

    func remove(_ viewer: PageViewer) {
        let isLast = viewers.withLock { viewers in
            viewers[viewer.id] = nil
            return viewers.isEmpty
        }
        if isLast { llm.observePages(nil) }
    }

    /// Called on the engine's thread.
    private func publish(_ trace: StepTrace) {
        let viewers = viewers.withLock { Array($0.values) }
        guard !viewers.isEmpty else { return }
        let step = PageTrace.Step(trace)
        for viewer in viewers { viewer.add(step, cached: trace.cachedBlocks) }
    }
}

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
