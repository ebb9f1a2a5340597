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

    /// Calls the handler once, at once where the client is gone already, unless `body` has ended before.
    func whileConnected<Value>(
        onGone: @escaping @Sendable () -> Void, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let id: Int? = state.withLock { state in
            if state.isGone { return nil }
            state.nextID += 1
            state.handlers[state.nextID] = onGone
            return state.nextID
        }
        guard let id else {
            onGone()
            return try await body()
        }
        defer { _ = state.withLock { $0.handlers.removeValue(forKey: id) } }
        return try await body()
    }

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
