import DequeModule
import Foundation
import QuireCore
import Synchronization

/// The thread that owns an engine; others leave requests in its inbox and are told what becomes of them.
final class EngineThread: Sendable {
    /// Called on the engine's thread, for each request until its result.
    typealias Sink = @Sendable (RequestUpdate) -> Void

    let limits: RequestLimits
    private let inbox: Inbox
    private let board: Board
    private let nextID = Atomic<UInt64>(0)

    init(_ engine: sending Engine) {
        limits = engine.limits
        let inbox = Inbox()
        self.inbox = inbox
        let board = Board(engine.counters)
        self.board = board
        // The engine moves to its thread and nobody else keeps it.
        nonisolated(unsafe) let engine = engine
        let thread = Thread { Self.serve(engine, inbox, board) }
        thread.name = "quire-engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// The thread ends with its owner; requests under way end with `RequestError.cancelled`.
    deinit { inbox.change { $0.isStopping = true } }

    /// Where the engine stood after its latest step.
    var counters: EngineCounters { board.counters.withLock { $0 } }

    /// Does something with the engine on its thread, before the next step.
    func perform(_ body: @escaping @Sendable (Engine) -> Void) {
        inbox.change { $0.tasks.append(body) }
    }

    /// A fresh id for a request, from 0 on.
    func makeID() -> RequestID { nextID.add(1, ordering: .relaxed).oldValue }

    /// Hands requests to the engine, in order.
    ///
    /// - Parameters:
    ///   - waits: whether they wait outside while too many others wait in the engine, instead of being refused.
    ///   - accepted: called on the engine's thread for each request that it takes.
    func submit(
        _ requests: [Request], waits: Bool, accepted: (@Sendable () -> Void)? = nil, sink: @escaping Sink
    ) {
        inbox.change {
            $0.requests.append(
                contentsOf: requests.map { Mail.Order(request: $0, waits: waits, accepted: accepted, sink: sink) })
        }
    }

    /// Ends requests at the next step.
    func cancel(_ ids: [RequestID]) {
        inbox.change { $0.cancelled.append(contentsOf: ids) }
    }

    private static func serve(_ engine: Engine, _ inbox: Inbox, _ board: Board) {
        var sinks: [RequestID: Sink] = [:]
        var outside: Deque<Mail.Order> = []
        func deliver(_ update: RequestUpdate) {
            let sink = update.result == nil ? sinks[update.requestID] : sinks.removeValue(forKey: update.requestID)
            sink?(update)
        }
        func refuse(_ id: RequestID, _ error: any Error) {
            deliver(RequestUpdate(requestID: id, deltas: [], result: .failure(error)))
        }
        func add(_ order: Mail.Order) {
            do {
                try engine.add(order.request)
                order.accepted?()
            } catch {
                refuse(order.request.id, error)
            }
        }
        while true {
            let mail = inbox.take(waiting: !engine.hasUnfinishedRequests && outside.isEmpty)
            for task in mail.tasks { task(engine) }
            for order in mail.requests {
                sinks[order.request.id] = order.sink
                if order.waits { outside.append(order) } else { add(order) }
            }
            let cancelled = mail.isStopping ? Set(sinks.keys) : Set(mail.cancelled)
            if !cancelled.isEmpty {
                for id in cancelled { engine.cancel(id) }
                for order in outside where cancelled.contains(order.request.id) {
                    refuse(order.request.id, RequestError.cancelled)
                }
                outside.removeAll { cancelled.contains($0.request.id) }
            }
            while engine.hasRoomInLine, let order = outside.popFirst() { add(order) }
            let updates = engine.step()
            // First, so that who is told of an end finds its blocks free.
            board.counters.withLock { $0 = engine.counters }
            for update in updates { deliver(update) }
            if mail.isStopping { return }
        }
    }
}

/// What others want from an engine.
private struct Mail {
    struct Order {
        let request: Request
        let waits: Bool
        let accepted: (@Sendable () -> Void)?
        let sink: EngineThread.Sink
    }

    var requests: [Order] = []
    var cancelled: [RequestID] = []
    var tasks: [@Sendable (Engine) -> Void] = []
    var isStopping = false
    var isEmpty: Bool { requests.isEmpty && cancelled.isEmpty && tasks.isEmpty && !isStopping }
}

/// Where an engine stands, for everybody to read.
private final class Board: Sendable {
    let counters: Mutex<EngineCounters>

    init(_ counters: EngineCounters) { self.counters = Mutex(counters) }
}

/// The mail since the engine last looked.
private final class Inbox: Sendable {
    private let mail = Mutex(Mail())
    private let arrived = DispatchSemaphore(value: 0)

    func change(_ body: (inout Mail) -> Void) {
        mail.withLock { body(&$0) }
        arrived.signal()
    }

    /// Takes everything out; with `waiting`, sleeps until there is something.
    func take(waiting: Bool) -> Mail {
        while true {
            let taken = mail.withLock { mail in
                defer {
                    mail.requests = []
                    mail.cancelled = []
                    mail.tasks = []
                }
                return mail
            }
            if !taken.isEmpty || !waiting { return taken }
            arrived.wait()
        }
    }
}
