import Synchronization

/// The generations under way: those that must end before the server may.
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
        state.withLock { $0.generations[ObjectIdentifier(generation)] = generation }
    }

    func remove(_ generation: Generation) {
        state.withLock { _ = $0.generations.removeValue(forKey: ObjectIdentifier(generation)) }
    }

    /// Ends all with a reason that their clients are told.
    func interrupt(_ reason: APIError) {
        for generation in state.withLock({ Array($0.generations.values) }) { generation.interrupt(reason) }
    }
}
