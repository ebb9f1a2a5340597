import NIOCore
import Synchronization

/// Sees when a client goes away, also while nothing is written to it.
///
/// A client that closes its sending half counts as gone, as in most servers: what it wanted it has said, and an answer
/// that nobody reads would keep the engine busy.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Any

    private struct State {
        var isGone = false
        var handlers: [Int: @Sendable () -> Void] = [:]
        var nextID = 0
    }

    private let state = Mutex(State())

    /// The watch in a connection's pipeline.
    static func of(_ channel: any Channel) async -> ConnectionWatch? {
        try? await channel.pipeline.handler(type: ConnectionWatch.self).get()
    }

    /// Calls the handler once the client is gone, at once where it is gone already, unless it is removed before.
    ///
    /// - Returns: what `remove` takes.
    @discardableResult
    func whenGone(_ handler: @escaping @Sendable () -> Void) -> Int {
        let id: Int? = state.withLock { state in
            if state.isGone { return nil }
            state.nextID += 1
            state.handlers[state.nextID] = handler
            return state.nextID
        }
        if id == nil { handler() }
        return id ?? 0
    }

    func remove(_ id: Int) { state.withLock { _ = $0.handlers.removeValue(forKey: id) } }

    // MARK: Channel

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { clientIsGone() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clientIsGone()
        context.fireChannelInactive()
    }

    private func clientIsGone() {
        let handlers = state.withLock { state in
            state.isGone = true
            defer { state.handlers = [:] }
            return state.handlers.values
        }
        for handler in handlers { handler() }
    }
}
