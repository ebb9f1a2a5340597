import Hummingbird
import Quire
import QuireJSON

/// Which address leads where.
struct Routes {
    let model: ServedModel
    let options: ServerOptions

    var router: Router<ServerContext> {
        let router = Router(context: ServerContext.self)
        router.middlewares.add(RequestIDMiddleware())
        router.middlewares.add(OriginMiddleware(origins: options.allowedOrigins))
        router.middlewares.add(ErrorMiddleware())
        addOpen(to: router)
        addGuarded(to: router.group().add(middleware: KeyMiddleware(keys: APIKeys(options.apiKeys))))
        return router
    }

    /// What anyone may see: whether the server lives, and the page, which asks for a key itself.
    private func addOpen(to router: Router<ServerContext>) {
        router.get("/health") { _, _ in health }
        router.get("/ping") { _, _ in health }
        router.get("/openapi.json") { _, _ in Response(OpenAPI.document, type: "application/json") }
        for file in WebPage.files {
            router.get(RouterPath(file.path)) { _, _ in file.response }
        }
    }

    private func addGuarded(to router: RouterGroup<ServerContext>) {
        let tokens = TokenEndpoints(model: model)
        let pages = PagesEndpoint(model: model, feed: PageFeed(model.llm))
        router.get("/v1/models") { _, _ in Response(json: model.list) }
        router.get("/v1/models/**") { _, context in
            // Names may have slashes, as those of hub ids do.
            let name = context.parameters.getCatchAll().joined(separator: "/").removingPercentEncoding ?? ""
            return Response(json: model.description(of: try model.name(asked: name)))
        }
        let generating: [any GenerationEndpoint] = [CompletionsEndpoint(model: model), ChatEndpoint(model: model)]
        for endpoint in generating {
            router.post(RouterPath(type(of: endpoint).path)) { try await endpoint.handle($0, $1) }
        }
        router.post("/tokenize", use: tokens.tokenize)
        router.post("/detokenize", use: tokens.detokenize)
        router.get("/version") { _, _ in Response(json: .members([("version", .string(quireVersion))])) }
        router.get("/metrics") { _, _ in
            Response(
                model.metrics.text(
                    model: model.names[0], model.llm.counters, blockSize: model.llm.memoryPlan.blockSize),
                type: "text/plain; version=0.0.4; charset=utf-8")
        }
        router.get("/pages", use: pages.handle)
    }

    /// A server that shuts down should get no more requests.
    private var health: Response { Response(status: model.running.isClosed ? .serviceUnavailable : .ok) }
}
