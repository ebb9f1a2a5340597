import QuireCore

/// Makes tokens that were there before less likely, or more.
///
/// The repetition penalty divides positive logits and multiplies negative ones of every token of prompt and completion
/// (Keskar et al., CTRL, 2019). Frequency and presence penalties are subtracted for tokens of the completion: the one as
/// often as they came, the other once.
public struct Penalties: LogitsProcessor {
    public static let name = "penalties"
    public static let order = 50

    private let repetition: Float
    private let frequency: Float
    private let presence: Float

    public static func make(for request: Request) -> Penalties? {
        let params = request.params
        guard params.repetitionPenalty != 1 || params.frequencyPenalty != 0 || params.presencePenalty != 0 else {
            return nil
        }
        return Penalties(
            repetition: Float(params.repetitionPenalty), frequency: Float(params.frequencyPenalty),
            presence: Float(params.presencePenalty))
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        if repetition != 1 {
            for token in Set(prompt).union(generated) {
                let logit = logits[Int(token)]
                logits[Int(token)] = logit > 0 ? logit / repetition : logit * repetition
            }
        }
        guard frequency != 0 || presence != 0 else { return }
        var counts: [TokenID: Int] = [:]
        for token in generated { counts[token, default: 0] += 1 }
        for (token, count) in counts { logits[Int(token)] -= frequency * Float(count) + presence }
    }
}
