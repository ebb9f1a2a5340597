/// Learns what steps take, so that a prompt can be cut to keep them short.
///
/// A step with sequences that each get one token takes about what the last such steps took; what a step with part of
/// a prompt takes beyond that is the prompt's. Recent steps weigh most, so that the cost of a token may grow along a
/// long context. Chunks at most double from step to step: what was never tried is not trusted.
package struct StepCostModel {
    /// Seconds of a step without any prompt; 0 before the first.
    private var decodeTime = 0.0
    /// Seconds that a token of a prompt adds, where known.
    private var promptTokenTime: Double?
    private var lastChunk = 16

    package init() {}

    /// The weight of the newest step.
    private static let novelty = 0.5

    /// Adds what a step took, in seconds.
    package mutating func observe(decodes: Int, promptTokens: Int, time: Double) {
        if promptTokens == 0 {
            decodeTime = decodeTime == 0 ? time : Self.blend(decodeTime, time)
        } else {
            // A step that seems to cost less than its decodes alone still tells that tokens are cheap, not free.
            let own = max(time - (decodes > 0 ? decodeTime : 0), time / 16) / Double(promptTokens)
            promptTokenTime = promptTokenTime.map { Self.blend($0, own) } ?? own
            lastChunk = promptTokens
        }
    }

    /// The tokens of prompts that a step may run to take at most `limit` seconds.
    package func promptTokens(within limit: Double, besideDecodes: Bool) -> Int {
        guard let promptTokenTime else { return lastChunk * 2 }
        let left = limit - (besideDecodes ? decodeTime : 0)
        let affordable = max(0, left / max(promptTokenTime, 1e-12))
        return Int(min(affordable, Double(lastChunk * 2)))
    }

    private static func blend(_ old: Double, _ new: Double) -> Double { old + novelty * (new - old) }
}
