import Synchronization

/// A flag that is set once.
final class OneWayFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isReached: Bool { flag.load(ordering: .relaxed) }
    func reach() { flag.store(true, ordering: .relaxed) }
}
