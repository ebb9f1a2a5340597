import Quire
import QuireJSON

/// How a server served its requests; names are those of `vllm bench serve`.
public struct LoadReport: Sendable {
    /// What a request must keep to count as good.
    public struct Limit: Sendable, Equatable {
        public enum Measure: String, Sendable, CaseIterable {
            /// Time to the first token.
            case ttft
            /// Time for each token after the first.
            case tpot
            /// Time of the whole request.
            case e2el
        }

        public let measure: Measure
        public let milliseconds: Double

        /// - Throws: `OptionError` for a text that is not like `ttft:200`.
        public init(parsing text: String) throws(OptionError) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let measure = Measure(rawValue: String(parts[0])), let limit = Double(parts[1]),
                limit > 0, limit.isFinite
            else {
                let known = Measure.allCases.map(\.rawValue).joined(separator: ", ")
                throw OptionError(
                    name: "--goodput", value: "'\(text)'", expected: "MEASURE:MILLISECONDS, of the measures \(known)")
            }
            self.measure = measure
            milliseconds = limit
        }

        func isKept(by sample: LoadSample) -> Bool {
            let value: Double? =
                switch measure {
                case .ttft: sample.timeToFirstToken
                case .tpot: sample.timePerOutputToken ?? 0
                case .e2el: sample.end
                }
            return value.map { $0 * 1_000 <= milliseconds } ?? false
        }
    }

    /// In the order in which they ended.
    public let samples: [LoadSample]
    /// From the first request to the last one's end.
    public let seconds: Double
    public let model: String

    public init(samples: [LoadSample], seconds: Double, model: String) {
        self.samples = samples
        self.seconds = seconds
        self.model = model
    }

    public var completed: [LoadSample] { samples.filter { $0.failure == nil } }
    public var failures: [String] { samples.compactMap(\.failure) }
    public var outputTokens: Int { completed.reduce(0) { $0 + $1.outputTokens } }
    public var promptTokens: Int { completed.reduce(0) { $0 + $1.promptTokens } }
    public var requestThroughput: Double { Double(completed.count) / seconds }
    public var outputThroughput: Double { Double(outputTokens) / seconds }

    /// Measures of latency by their short names, in milliseconds; those without values are left out.
    public var latencies: [(name: String, title: String, values: [Double])] {
        let completed = completed
        let all: [(String, String, [Double])] = [
            ("ttft", "time to first token", completed.compactMap(\.timeToFirstToken)),
            ("tpot", "time per output token", completed.compactMap(\.timePerOutputToken)),
            ("itl", "inter-token latency", completed.flatMap(\.interTokenLatencies)),
            ("e2el", "end-to-end latency", completed.map(\.end)),
        ]
        return all.filter { !$0.2.isEmpty }.map { (name: $0.0, title: $0.1, values: $0.2.map { $0 * 1_000 }) }
    }

    /// Requests a second that kept all limits.
    public func goodput(_ limits: [Limit]) -> Double {
        Double(completed.count { sample in limits.allSatisfy { $0.isKept(by: sample) } }) / seconds
    }

    /// The result as JSON.
    public func members(percentiles: [Double], limits: [Limit]) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [
            ("model_id", .string(model)), ("duration", .double(seconds)), ("completed", .int(completed.count)),
            ("failed", .int(failures.count)), ("total_input_tokens", .int(promptTokens)),
            ("total_output_tokens", .int(outputTokens)), ("request_throughput", .double(requestThroughput)),
            ("output_throughput", .double(outputThroughput)),
            ("total_token_throughput", .double(Double(promptTokens + outputTokens) / seconds)),
        ]
        if !limits.isEmpty { members.append(("request_goodput", .double(goodput(limits)))) }
        for latency in latencies {
            let values = Percentiles(latency.values)
            members.append(("mean_\(latency.name)_ms", .double(values.mean)))
            members.append(("median_\(latency.name)_ms", .double(values[50])))
            for percentile in percentiles {
                members.append(("p\(SVGDocument.written(percentile))_\(latency.name)_ms", .double(values[percentile])))
            }
        }
        if !failures.isEmpty { members.append(("errors", .array(failures.prefix(20).map(JSONValue.string)))) }
        return members
    }
}
