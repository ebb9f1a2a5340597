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
        viewers.withLock { viewers in
            viewers[viewer.id] = viewer
            // Whoever comes later gets the present state, too. Under the lock, so that no leaving viewer ends it.
            llm.observePages { [weak self] trace in self?.publish(trace) }
        }
        return viewer
    }

    func remove(_ viewer: PageViewer) {
        viewers.withLock { viewers in
            viewers[viewer.id] = nil
            if viewers.isEmpty { llm.observePages(nil) }
        }
    }

    /// Called on the engine's thread.
    private func publish(_ trace: StepTrace) {
        let viewers = viewers.withLock { Array($0.values) }
        guard !viewers.isEmpty else { return }
        let step = PageTrace.Step(trace)
        for viewer in viewers { viewer.add(step, cached: trace.cachedBlocks) }
    }
}
