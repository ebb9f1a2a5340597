import Quire

/// How fast a model ran and in how much memory, for people.
struct SpeedTable {
    private let speeds: Speeds
    private let model: MeasuredModel

    init(_ speeds: Speeds, _ model: MeasuredModel) {
        self.speeds = speeds
        self.model = model
    }

    func write() {
        let firstTokens = Percentiles(speeds.timesToFirstToken)
        let (plan, choices) = (model.llm.memoryPlan, model.llm.backends)
        if let speed = speeds.prefillTokensPerSecond { line("prefill", Format.fixed(speed, 1) + " tokens/s") }
        if let speed = speeds.decodeTokensPerSecond, let time = speeds.decodeStepTime {
            line("decode", "\(Format.fixed(speed, 1)) tokens/s, \(Format.fixed(time * 1_000, 3)) ms a step")
        }
        line(
            "first token",
            "\(Format.fixed(firstTokens.mean * 1_000, 2)) ms on average, \(Format.fixed(firstTokens[99] * 1_000, 2)) ms "
                + "within 99 %")
        if let part = speeds.modelShare, let sampling = speeds.samplingShare, let other = speeds.otherShare {
            line("of a decoding step", "\(percent(part)) model, \(percent(sampling)) sampling, \(percent(other)) other")
        }
        line(
            "weights",
            "\(model.llm.matrixTypes.map(\.rawValue).joined(separator: ", ")), loaded in "
                + "\(Format.fixed(model.loadTime, 3)) s")
        line("runs on", "\(choices.matmul), \(choices.attention), \(choices.cpu), \(choices.threads) threads")
        line("memory", "\(model.peakMemory) at most, \(ByteCount(plan.totalBytes)) planned")
    }

    private func line(_ what: String, _ value: String) {
        Terminal.line(what.padding(toLength: 24, withPad: " ", startingAt: 0) + value)
    }

    private func percent(_ share: Double) -> String { Format.fixed(share * 100, 2) + " %" }
}
