import Quire
import Testing

@Suite("Measuring what sharing saves")
struct SharingBenchmarkTests {
    @Test(
        "lengths have the data set's means, and are the same each time", arguments: [RequestLengths.alpaca, .shareGPT])
    func lengths(lengths: RequestLengths) {
        let pairs = lengths.pairs(64, limit: 1 << 20)
        func mean(_ values: [Int]) -> Double { Double(values.reduce(0, +)) / Double(values.count) }
        #expect(abs(mean(pairs.map(\.prompt)) - lengths.meanPrompt) < 0.02 * lengths.meanPrompt + 0.5)
        #expect(abs(mean(pairs.map(\.answer)) - lengths.meanAnswer) < 0.02 * lengths.meanAnswer + 0.5)
        #expect(pairs == lengths.pairs(64, limit: 1 << 20))
        #expect(lengths.pairs(64, limit: 100).allSatisfy { $0.prompt + $0.answer <= 100 && $0.answer >= 2 })
    }

    @Test(
        "samples save what their prompts allow, and where they agree more; beams all that their texts allow",
        arguments: [2, 4])
    func saved(sequences: Int) throws {
        let benchmark = SharingBenchmark(options: EngineOptions(), requests: 6)
        let samples = try benchmark.run(.alpaca, .parallel, sequences: sequences)
        #expect(samples.saved >= samples.bound - 1e-9 && samples.saved <= samples.attainable && samples.bound > 0.01)
        let beams = try benchmark.run(.alpaca, .beam, sequences: sequences)
        #expect(beams.saved <= beams.bound && beams.saved > samples.saved)
        #expect(abs(beams.saved - beams.attainable) < 1e-9)
    }
}
