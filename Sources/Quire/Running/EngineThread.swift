import Foundation
import QuireCore
import Synchronization

/// The thread that owns an engine; others leave requests in its inbox and are told what becomes of them.
final class EngineThread: Sendable {
    /// Called on the engine's thread, for each request until its result.
    typealias Sink = @Sendable (RequestUpdate) -> Void

    let limits: RequestLimits
    private let inbox: Inbox
    private let nextID = Atomic<UInt64>(0)

    init(_ engine: sending Engine) {
        limits = engine.limits
        let inbox = Inbox()
        self.inbox = inbox
        // The engine moves to its thread and nobody else keeps it.
        nonisolated(unsafe) let engine = engine
        let thread = Thread { Self.serve(engine, inbox) }
        thread.name = "quire-engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// The thread ends with its owner; requests under way end with `RequestError.cancelled`.
    deinit { inbox.change { $0.isStopping = true } }

    /// A fresh id for a request.
    func makeID() -> RequestID { nextID.add(1, ordering: .relaxed).newValue }

    /// Queues requests, in order.
    func submit(_ requests: [Request], sink: @escaping Sink) {
        inbox.change { $0.requests.append(contentsOf: requests.map { ($0, sink) }) }
    }

    /// Ends requests at the next step.
    func cancel(_ ids: [RequestID]) {
        inbox.change { $0.cancelled.append(contentsOf: ids) }
    }

    private static func serve(_ engine: Engine, _ inbox: Inbox) {
        var sinks: [RequestID: Sink] = [:]
        func deliver(_ update: RequestUpdate) {
            let sink = update.result == nil ? sinks[update.requestID] : sinks.removeValue(forKey: update.requestID)
            sink?(update)
        }
        while true {
            let mail = inbox.take(waiting: !engine.hasUnfinishedRequests)
            for (request, sink) in mail.requests {
                sinks[request.id] = sink
                do {
                    try engine.add(request)
                } catch {
                    deliver(RequestUpdate(requestID: request.id, deltas: [], result: .failure(error)))
                }
            }
            for id in mail.isStopping ? Array(sinks.keys) : mail.cancelled { engine.cancel(id) }
            for update in engine.step() { deliver(update) }
            if mail.isStopping { return }
        }
    }
}

/// What others want from an engine since it last looked.
private final class Inbox: Sendable {
    struct Mail {
        var requests: [(Request, EngineThread.Sink)] = []
        var cancelled: [RequestID] = []
        var isStopping = false
        var isEmpty: Bool { requests.isEmpty && cancelled.isEmpty && !isStopping }
    }

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
                }
                return mail
            }
            if !taken.isEmpty || !waiting { return taken }
            arrived.wait()
        }
    }
}
