import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import QuireHub

extension TestHub {
    /// Serves on loopback as long as `body` runs.
    func serve<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let hub = try await listen(isContentHost: false)
        let content = try await listen(isContentHost: true)
        contentPort.withLock { $0 = content.localAddress?.port ?? 0 }
        let endpoint = URL(string: "http://127.0.0.1:\(hub.localAddress?.port ?? 0)")!
        do {
            let result = try await body(endpoint)
            try await hub.close()
            try await content.close()
            return result
        } catch {
            try? await hub.close()
            try? await content.close()
            throw error
        }
    }

    private func listen(isContentHost: Bool) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        HubConnection(hub: self, isContentHost: isContentHost))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }
}

/// One connection of a hub.
private final class HubConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let hub: TestHub
    private let isContentHost: Bool
    private var head: HTTPRequestHead?

    init(hub: TestHub, isContentHost: Bool) {
        self.hub = hub
        self.isContentHost = isContentHost
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            let request = TestHub.Request(
                isOfContentHost: isContentHost, method: head.method, path: head.uri,
                authorization: head.headers.first(name: "Authorization"), range: head.headers.first(name: "Range"))
            let reply = hub.reply(to: request)
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            let connection = NIOLoopBound(self, eventLoop: context.value.eventLoop)
            context.value.eventLoop.scheduleTask(in: .milliseconds(Int64(reply.delayMilliseconds))) {
                connection.value.send(reply, to: head, context.value)
            }
        }
    }

    private func send(_ reply: TestHub.Reply, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: reply.headers)
        head.headers.add(name: "Content-Length", value: "\(reply.body.count)")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            let bytes = reply.body.prefix(reply.cutAfter ?? reply.body.count)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        }
        guard reply.cutAfter == nil else {
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))).whenComplete { _ in
                loopBound.value.close(promise: nil)
            }
            return
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
