import Quire

/// Metrics as Prometheus reads them. Source: the text exposition format, version 0.0.4.
struct MetricsText {
    /// Of every sample.
    private let labels: String
    private(set) var text = ""

    init(model: String) {
        labels = "engine=\"0\",model_name=\"\(Self.escaped(model))\""
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Double, _ more: [(String, String)] = []) {
        begin(name, help, "gauge")
        sample(name, value, more)
    }

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        counters(name, help, [([], value)])
    }

    /// Counters of one name and different labels.
    mutating func counters(_ name: String, _ help: String, _ values: [(labels: [(String, String)], value: Int)]) {
        // The suffix belongs to the name of the family, as Python's client writes it.
        begin(name + "_total", help, "counter")
        for (labels, value) in values { sample(name + "_total", Double(value), labels) }
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        begin(name, help, "histogram")
        let contents = histogram.contents
        for bucket in contents.buckets {
            sample(name + "_bucket", Double(bucket.count), [("le", Self.number(bucket.bound))])
        }
        sample(name + "_sum", contents.sum)
        sample(name + "_count", Double(contents.count))
    }

    private mutating func begin(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ value: Double, _ more: [(String, String)] = []) {
        let own = more.map { ",\($0)=\"\(Self.escaped($1))\"" }.joined()
        text += "\(name){\(labels)\(own)} \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        return Int(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

extension ServerMetrics {
    /// Everything, under vLLM's names where it has one.
    func text(model: String, _ counters: EngineCounters, blockSize: Int) -> String {
        var text = MetricsText(model: model)
        text.gauge("vllm:num_requests_running", "Requests that run.", Double(counters.running))
        text.gauge("vllm:num_requests_waiting", "Requests that wait.", Double(counters.waiting))
        text.gauge("vllm:kv_cache_usage_perc", "Share of the KV cache in use, 1 is all of it.", counters.cacheUsage)
        text.gauge(
            "vllm:cache_config_info", "How the KV cache is set up.", 1,
            [("block_size", "\(blockSize)"), ("num_gpu_blocks", "\(counters.totalBlocks)")])
        text.counter("vllm:num_preemptions", "Requests that gave their blocks back.", counters.preemptions)
        text.counter("vllm:prefix_cache_queries", "Prompt tokens looked for in the cache.", cacheQueries.value)
        text.counter("vllm:prefix_cache_hits", "Prompt tokens found in the cache.", cacheHits.value)
        text.counter("vllm:prompt_tokens", "Prompt tokens of requests that ended.", promptTokens.value)
        text.counter("vllm:generation_tokens", "Tokens that were generated.", generationTokens.value)
        text.counters(
            "vllm:request_success", "Requests that ended, by why.",
            [
                ([("finished_reason", "stop")], stopped.value), ([("finished_reason", "length")], reachedLength.value),
                ([("finished_reason", "abort")], aborted.value),
            ])
        text.histogram("vllm:time_to_first_token_seconds", "Seconds to the first token.", timeToFirstToken)
        text.histogram("vllm:inter_token_latency_seconds", "Seconds between tokens.", interTokenLatency)
        text.histogram("vllm:e2e_request_latency_seconds", "Seconds of a whole request.", endToEndLatency)
        text.histogram("vllm:request_prompt_tokens", "Prompt tokens of a request.", requestPromptTokens)
        text.histogram("vllm:request_generation_tokens", "Generated tokens of a request.", requestGenerationTokens)
        text.histogram("vllm:iteration_tokens_total", "Tokens of a step.", iterationTokens)
        text.histogram("vllm:request_params_n", "Completions that requests ask for.", completionsAsked)
        text.histogram("vllm:request_params_max_tokens", "The max_tokens of requests.", maxTokensAsked)
        text.histogram("quire:step_time_seconds", "Seconds of a step.", stepTime)
        text.counter("quire:steps", "Steps of the engine.", counters.steps)
        text.gauge("quire:pages_total", "Pages of the KV cache.", Double(counters.totalBlocks))
        text.gauge("quire:pages_used", "Pages in use.", Double(counters.totalBlocks - counters.freeBlocks))
        text.gauge("quire:pages_shared", "Pages that several sequences hold.", Double(counters.sharedBlocks))
        text.gauge(
            "quire:pages_findable", "Pages that can be found by what they hold.", Double(counters.findableBlocks))
        text.counter("quire:page_copies", "Pages copied because somebody wrote to a shared one.", counters.copies)
        text.counter("quire:page_evictions", "Findable pages taken for something else.", counters.evictions)
        return text.text
    }
}
