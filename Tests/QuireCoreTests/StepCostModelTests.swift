import QuireCore
import Testing

@Suite("The cost of a step")
struct StepCostModelTests {
    /// Runs steps on a machine that takes exactly `decode` for decodes and `token` more for each token of a prompt, and
    /// cuts chunks as the model says.
    static func steps(
        _ count: Int, _ model: inout StepCostModel, decode: Double, token: Double, limit: Double, least: Int = 8
    ) -> [Int] {
        (0..<count).map { _ in
            let chunk = max(least, model.promptTokens(within: limit, besideDecodes: true))
            model.observe(decodes: 4, promptTokens: chunk, time: decode + token * Double(chunk))
            return chunk
        }
    }

    @Test("chunks grow to what the time allows, at most doubling, and never beyond", arguments: [40, 333, 5_000])
    func growth(affordable: Int) {
        var model = StepCostModel()
        for _ in 0..<5 { model.observe(decodes: 4, promptTokens: 0, time: 0.01) }
        let token = 0.05 / Double(affordable)
        let chunks = Self.steps(20, &model, decode: 0.01, token: token, limit: 0.06)
        for (before, next) in zip(chunks, chunks.dropFirst()) { #expect(next <= 2 * before) }
        #expect(chunks.allSatisfy { $0 <= affordable })
        #expect(chunks[19] >= affordable - 1)
    }

    @Test("nothing is affordable where decodes alone use up the time; without decodes all of it is the prompt's")
    func noRoom() {
        var model = StepCostModel()
        for _ in 0..<5 { model.observe(decodes: 4, promptTokens: 0, time: 0.02) }
        model.observe(decodes: 4, promptTokens: 16, time: 0.02 + 16 * 0.001)
        #expect(model.promptTokens(within: 0.02, besideDecodes: true) == 0)
        #expect(model.promptTokens(within: 0.001, besideDecodes: true) == 0)
        #expect((19...20).contains(model.promptTokens(within: 0.02, besideDecodes: false)))
    }

    @Test("a machine that becomes slower, or faster, is believed after a few steps", arguments: [0.2, 5])
    func change(factor: Double) {
        var model = StepCostModel()
        for _ in 0..<5 { model.observe(decodes: 4, promptTokens: 0, time: 0.001) }
        _ = Self.steps(20, &model, decode: 0.001, token: 1e-4, limit: 0.051)
        let chunks = Self.steps(20, &model, decode: 0.001, token: 1e-4 * factor, limit: 0.051)
        #expect(abs(Double(chunks[19]) / (500 / factor) - 1) < 0.02)
    }

    @Test("a prompt is never free, however short a step with it was")
    func neverFree() {
        var model = StepCostModel()
        for _ in 0..<5 { model.observe(decodes: 4, promptTokens: 0, time: 0.02) }
        for _ in 0..<20 { model.observe(decodes: 4, promptTokens: 1_000, time: 0.01) }
        #expect(model.promptTokens(within: 0.021, besideDecodes: true) < 2_000)
    }

    @Test("whatever was seen, the answer is a number that can be used", arguments: 0..<30)
    func anything(seed: Int) {
        var dice = Dice(seed)
        var model = StepCostModel()
        for _ in 0..<100 {
            let chunk = model.promptTokens(
                within: dice.pick([-1, 0, 1e-12, 0.01, 1e12]), besideDecodes: dice.chance(50))
            #expect(chunk >= 0)
            model.observe(
                decodes: dice.roll(0..<5), promptTokens: dice.chance(50) ? 0 : dice.roll(1..<5_000),
                time: dice.pick([0, 1e-9, 0.001, 3, 1e6]))
        }
    }

    @Test("before anything is known a chunk is short")
    func firstGuess() {
        #expect((1...64).contains(StepCostModel().promptTokens(within: 1e-9, besideDecodes: true)))
    }
}
