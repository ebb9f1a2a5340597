import Synchronization

/// The generations under way, each until the engine is done with it.
final class RunningGenerations: Sendable {
    private struct State {
        var isClosed = false
        var generations: [ObjectIdentifier: Generation] = [:]
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.generations.count } }
    /// Whether new ones are refused.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func close() { state.withLock { $0.isClosed = true } }

    func insert(_ generation: Generation) {
        let id = ObjectIdentifier(generation)
        state.withLock { $0.generations[id] = generation }
        generation.whenEnded { [self] in state.withLock { _ = $0.generations.removeValue(forKey: id) } }
    }

    /// Ends all with a reason that their clients are told.
    func interrupt(_ reason: APIError) {
        for generation in state.withLock({ Array($0.generations.values) }) { generation.interrupt(reason) }
    }
}
