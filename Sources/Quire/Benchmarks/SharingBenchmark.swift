import QuireCore
import Synchronization

/// How many KV blocks sequences of one request save by sharing, counted in the block tables of real generations.
public struct SharingBenchmark {
    /// How a request gets several sequences.
    public enum Method: String, Sendable, CaseIterable {
        case parallel
        case beam
    }

    /// One method at one number of sequences.
    public struct Report: Sendable {
        public let lengths: RequestLengths
        public let method: Method
        public let sequences: Int
        /// 1 - blocks in use / entries of all block tables, both added up over the steps as they ran.
        public let saved: Double
        /// The most that can be saved at these lengths and this block size, whatever is generated.
        public let bound: Double
        /// The most that can be saved with the sequences that were generated: all that begin alike share all blocks.
        public let attainable: Double
        /// What the PagedAttention paper reports.
        public let paper: Double?
        public let generatedTokens: Int
    }

    private let options: EngineOptions
    private let requests: Int

    /// - Parameter requests: per method and number of sequences.
    public init(options: EngineOptions, requests: Int) {
        self.options = options
        self.requests = requests
    }

    public func run(_ lengths: RequestLengths, _ method: Method, sequences: Int) throws -> Report {
        var options = options
        // Other requests' blocks would count as saved too.
        options.enablePrefixCaching = false
        let tally = Tally()
        let llm = try LLM(options, onStep: { tally.add($0) })
        let text = try BenchmarkText(for: llm)
        let pairs = lengths.pairs(requests, limit: llm.maxModelLength)
        let params = pairs.enumerated().map { index, pair in
            SamplingParams(
                n: sequences, seed: UInt64(index), maxTokens: pair.answer, ignoreEOS: true,
                beamWidth: method == .beam ? sequences : nil)
        }
        let outputs = try llm.generate(
            pairs.enumerated().map { .tokens(text.prompt($1.prompt, number: $0)) }, params, showsProgress: false)
        return Report(
            lengths: lengths, method: method, sequences: sequences, saved: tally.saved,
            bound: Self.bound(pairs, method, sequences, blockSize: options.blockSize), attainable: tally.attainable,
            paper: (method == .beam ? lengths.beamSavings : lengths.parallelSavings)[sequences],
            generatedTokens: outputs.reduce(0) { $0 + $1.outputs.reduce(0) { $0 + $1.tokenIDs.count } })
    }

    /// Groups of two, four and six sequences for each method and data set, with the paper's figures as marks.
    public static func chart(_ reports: [Report]) -> BarChart {
        var groups: [String] = []
        for report in reports where !groups.contains(groupName(report)) { groups.append(groupName(report)) }
        let counts = Set(reports.map(\.sequences)).sorted()
        return BarChart(
            title: "KV blocks saved by sharing",
            subtitle: "of those that the sequences of a request would hold without it, while they are generated",
            groups: groups,
            series: counts.map { count in
                let row = groups.map { group in
                    reports.first { groupName($0) == group && $0.sequences == count }
                }
                return BarChart.Series(
                    name: "\(count) sequences", values: row.map { $0.map { $0.saved * 100 } },
                    marks: row.map { $0?.paper.map { $0 * 100 } })
            }, markName: "PagedAttention paper")
    }

    private static func groupName(_ report: Report) -> String {
        "\(report.lengths.name), \(report.method == .beam ? "beam search" : "parallel sampling")"
    }

    /// What the lengths allow: samples share the full blocks of the prompt; beams may share everything but the block
    /// that each writes to.
    static func bound(
        _ pairs: [RequestLengths.Pair], _ method: Method, _ sequences: Int, blockSize: Int
    ) -> Double {
        var (used, entries) = (0, 0)
        for pair in pairs {
            // The prompt is run once.
            used += (pair.prompt + blockSize - 1) / blockSize
            entries += (pair.prompt + blockSize - 1) / blockSize
            for generated in 1..<max(2, pair.answer) {
                let blocks = (pair.prompt + generated + blockSize - 1) / blockSize
                let shared = method == .beam ? blocks - 1 : pair.prompt / blockSize
                used += shared + sequences * (blocks - shared)
                entries += sequences * blocks
            }
        }
        return 1 - Double(used) / Double(max(1, entries))
    }

    /// Sums over steps.
    private final class Tally: Sendable {
        private let sums = Mutex((blocks: 0, entries: 0, contents: 0))

        func add(_ trace: StepTrace) {
            sums.withLock { sums in
                sums.blocks += trace.usage.blocks
                sums.entries += trace.usage.tableEntries
                sums.contents += trace.usage.distinctContents
            }
        }

        var attainable: Double { sums.withLock { 1 - Double($0.contents) / Double(max(1, $0.entries)) } }
        var saved: Double { sums.withLock { 1 - Double($0.blocks) / Double(max(1, $0.entries)) } }
    }
}
