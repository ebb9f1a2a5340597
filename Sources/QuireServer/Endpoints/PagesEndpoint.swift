import Foundation
import Hummingbird
import Quire
import QuireJSON

/// `GET /pages`: the KV cache's pages and how the server does, as events, for as long as somebody looks.
struct PagesEndpoint {
    let model: ServedModel
    let feed: PageFeed

    /// Milliseconds between two frames at least, and frames between two sets of figures.
    private static let interval = 50
    private static let framesPerStats = 10

    @Sendable func handle(_ request: Request, _ context: ServerContext) async throws -> Response {
        .events { writer in
            let viewer = feed.addViewer()
            defer { feed.remove(viewer) }
            let plan = model.llm.memoryPlan
            let header = PageTrace.Header(
                model: model.names[0], blockSize: plan.blockSize, totalBlocks: plan.totalBlocks)
            writer.add(header.jsonValue, event: "header")
            let end = OneWayFlag()
            let watch = await ConnectionWatch.of(context.channel)
            let handler = watch?.whenGone { end.reach() }
            defer { if let handler { watch?.remove(handler) } }
            let stall = StallWatch(context.channel, limit: model.options.writeTimeout)
            var count = 0
            while !end.isReached, !model.running.isClosed {
                if let frame = viewer.take() { writer.add(frame.json, event: "frame") }
                if count % Self.framesPerStats == 0 { writer.add(stats, event: "stats") }
                try await stall.watching { try await writer.flush() }
                count += 1
                try await Task.sleep(for: .milliseconds(Self.interval))
            }
        }
    }

    private var stats: JSONValue {
        let counters = model.llm.counters
        let metrics = model.metrics
        func milliseconds(_ histogram: Histogram, _ percentiles: [Double]) -> [JSONValue] {
            let values = histogram.percentiles(percentiles) ?? []
            return percentiles.indices.map { values.isEmpty ? .null : .double(values[$0] * 1_000) }
        }
        let first = milliseconds(metrics.timeToFirstToken, [50])
        let between = milliseconds(metrics.interTokenLatency, [50, 99])
        let steps = milliseconds(metrics.stepTime, [50, 99])
        return .members([
            ("time", .double(Date().timeIntervalSince1970)),
            ("running", .int(counters.running)), ("waiting", .int(counters.waiting)),
            ("prompt_tokens_total", .int(metrics.promptTokens.value)),
            ("cached_tokens_total", .int(metrics.cacheHits.value)),
            ("generation_tokens_total", .int(metrics.generationTokens.value)),
            ("preemptions_total", .int(counters.preemptions)), ("copies_total", .int(counters.copies)),
            ("evictions_total", .int(counters.evictions)), ("requests_total", .int(metrics.requests.value)),
            ("kv_usage", .double(counters.cacheUsage)), ("ttft_ms_p50", first[0]), ("itl_ms_p50", between[0]),
            ("itl_ms_p99", between[1]), ("step_ms_p50", steps[0]), ("step_ms_p99", steps[1]),
        ])
    }
}

extension PageViewer.Frame {
    var json: JSONValue {
        guard case .object(var members) = step.jsonValue else { return .null }
        members["cached"] = .ids(cached)
        return .object(members)
    }
}
