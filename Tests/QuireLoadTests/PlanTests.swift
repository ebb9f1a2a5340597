import Foundation
import Quire
import QuireLoad
import Testing

@Suite("When requests are sent")
struct PlanTests {
    private static func gaps(_ plan: LoadPlan) -> [Double] {
        let times = plan.requests.compactMap(\.time)
        return zip(times.dropFirst(), times).map { $0 - $1 }
    }

    @Test("without a rate all requests are there at once, of the lengths asked for")
    func allAtOnce() {
        let plan = LoadPlan(count: 5, prompt: 7, output: 3, rate: .infinity, seed: 1)
        #expect(plan.requests == Array(repeating: LoadPlan.Request(time: nil, prompt: 7, output: 3), count: 5))
    }

    @Test("times between requests have the mean and the spread of their distribution", arguments: [0.25, 1, 4])
    func arrivals(burstiness: Double) {
        let gaps = Self.gaps(
            LoadPlan(count: 20_001, prompt: 1, output: 1, rate: 10, burstiness: burstiness, seed: 3))
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        #expect(abs(mean - 0.1) < 0.005)
        // Of a gamma variable: the squared mean over the shape.
        #expect(abs(variance / (0.01 / burstiness) - 1) < 0.15)
        #expect(gaps.allSatisfy { $0 >= 0 })
    }

    @Test("lengths lie around the given ones, and the same seed gives the same plan")
    func lengths() {
        let plan = LoadPlan(count: 2_000, prompt: 100, output: 10, spread: 0.5, rate: 5, seed: 9)
        #expect(
            plan.requests == LoadPlan(count: 2_000, prompt: 100, output: 10, spread: 0.5, rate: 5, seed: 9).requests)
        let prompts = Set(plan.requests.map(\.prompt))
        #expect(prompts.min() == 50 && prompts.max() == 150)
        #expect(Set(plan.requests.map(\.output)) == Set(5...15))
    }

    @Test("a trace is sent at its times, as much faster as asked for, and cut to what a model holds")
    func trace() throws {
        let path = NSTemporaryDirectory() + "trace-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let text = """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 23:59:59.5000000,374,44
            2023-11-17 00:00:01.0000000,3960,109
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let plan = LoadPlan(try RequestTrace(path: path, withTimes: true), count: 10, speed: 3, limit: 200)
        #expect(
            plan.requests == [
                LoadPlan.Request(time: 0, prompt: 156, output: 44),
                LoadPlan.Request(time: 0.5, prompt: 100, output: 100),
            ])
        try Data(text.replacing("2023-11-17", with: "yesterday").utf8).write(to: URL(fileURLWithPath: path))
        #expect { try RequestTrace(path: path, withTimes: true) } throws: {
            "\($0)".contains("line 3") && "\($0)".contains("no time")
        }
    }

    @Test("a report counts what was served, and what kept the limits")
    func report() throws {
        func sample(first: Double, end: Double, tokens: Int, failure: String? = nil) -> LoadSample {
            var sample = LoadSample()
            sample.pieces = [first, end]
            sample.end = end
            sample.outputTokens = tokens
            sample.failure = failure
            return sample
        }
        let samples = [
            sample(first: 0.1, end: 1.1, tokens: 11), sample(first: 0.3, end: 0.9, tokens: 3),
            sample(first: 0, end: 0, tokens: 0, failure: "status 500"),
        ]
        let report = LoadReport(samples: samples, seconds: 2, model: "m")
        #expect(report.requestThroughput == 1 && report.outputThroughput == 7 && report.failures == ["status 500"])
        #expect(samples[0].timePerOutputToken == 0.1)
        func goodput(_ texts: String...) throws -> Double { try report.goodput(texts.map(LoadReport.Limit.init)) }
        #expect(try goodput("ttft:200") == 0.5)
        #expect(try goodput("tpot:101") == 0.5)
        #expect(try goodput("ttft:300", "e2el:2000") == 1)
        for text in ["ttft", "ttft:0", "x:1", "ttft:1:2"] {
            #expect(throws: OptionError.self) { try LoadReport.Limit(parsing: text) }
        }
        #expect(report.svg.contains("time to first token") && report.svg.hasSuffix("</svg>\n"))
    }
}
