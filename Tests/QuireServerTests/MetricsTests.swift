import Quire
import QuireJSON
import Testing

/// Reads the text exposition format, and refuses what Prometheus would.
struct Exposition {
    struct Sample {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    struct Malformed: Error, CustomStringConvertible {
        let line: String
        let description: String
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Malformed(line: "", description: "no end of line") }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                guard words.count == 4, ["counter", "gauge", "histogram"].contains(words[3]),
                    types.updateValue(String(words[3]), forKey: String(words[2])) == nil
                else { throw Malformed(line: String(line), description: "no type, or twice") }
                continue
            }
            try read(line)
        }
    }

    private mutating func read(_ line: Substring) throws {
        let pattern =
            /^([a-zA-Z_:][a-zA-Z0-9_:]*)\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (\+Inf|[0-9.e+-]+)$/
        guard let match = line.wholeMatch(of: pattern), let value = Double(match.3.replacing("+Inf", with: "inf"))
        else {
            throw Malformed(line: String(line), description: "no sample: \(line)")
        }
        var labels: [String: String] = [:]
        for label in match.2.matches(of: /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/) {
            labels[String(label.1)] = String(label.2)
        }
        let name = String(match.1)
        let family = ["_bucket", "_sum", "_count"].reduce(name) { family, suffix in
            let base = name.hasSuffix(suffix) ? String(name.dropLast(suffix.count)) : family
            return types[base] == "histogram" ? base : family
        }
        guard types[family] != nil else { throw Malformed(line: String(line), description: "no type for \(name)") }
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    /// The sum of the samples of a name.
    func value(_ name: String) -> Double? {
        let found = samples.filter { $0.name == name }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }
}

@Suite("Metrics")
struct MetricsTests {
    @Test("the format is Prometheus', the names and labels are vLLM's, and the numbers are right")
    func numbers() async throws {
        try await TestServer.run { server in
            let prompt = String(repeating: "The quick brown fox. ", count: 8)
            var usage = (prompt: 0, completion: 0, cached: 0)
            for _ in 0..<2 {
                let answer = try await server.post(
                    "/v1/completions", #"{"prompt": "\#(prompt)", "max_tokens": 10, "ignore_eos": true}"#)
                usage.prompt += answer.json["usage"]?["prompt_tokens"]?.intValue ?? 0
                usage.completion += answer.json["usage"]?["completion_tokens"]?.intValue ?? 0
                usage.cached += answer.json["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.intValue ?? 0
            }
            let answer = try await server.get("/metrics")
            #expect(answer.headers.first(name: "Content-Type")?.hasPrefix("text/plain; version=0.0.4") == true)
            let metrics = try Exposition(answer.text)
            #expect(
                metrics.samples.allSatisfy { $0.labels["model_name"] == "quire-tiny" && $0.labels["engine"] == "0" })
            #expect(metrics.value("vllm:prompt_tokens_total") == Double(usage.prompt))
            #expect(metrics.value("vllm:generation_tokens_total") == Double(usage.completion))
            #expect(metrics.value("vllm:prefix_cache_hits_total") == Double(usage.cached) && usage.cached > 0)
            #expect(metrics.value("vllm:num_requests_running") == 0)
            #expect(metrics.value("vllm:kv_cache_usage_perc") == 0)
            #expect(metrics.value("vllm:time_to_first_token_seconds_count") == 2)
            #expect(metrics.value("vllm:inter_token_latency_seconds_count") == 18)
            let lengths = metrics.samples.filter { $0.labels["finished_reason"] == "length" }
            #expect(lengths.map(\.value) == [2])
            for name in metrics.types.filter({ $0.value == "histogram" }).keys {
                let buckets = metrics.samples.filter { $0.name == name + "_bucket" }.map(\.value)
                #expect(buckets == buckets.sorted() && buckets.last == metrics.value(name + "_count"), "\(name)")
            }
        }
    }
}
