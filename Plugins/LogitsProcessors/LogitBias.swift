import QuireCore

/// Adds to the logits of chosen tokens, from -100 to 100 as in vLLM: beyond that a bias decides alone anyway.
public struct LogitBias: LogitsProcessor {
    public static let name = "logit_bias"
    public static let order = 40

    private let biases: [TokenID: Float]

    public static func make(for request: Request) -> LogitBias? {
        let biases = request.params.logitBias
        return biases.isEmpty ? nil : LogitBias(biases: biases.mapValues { Float(min(max($0, -100), 100)) })
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        for (token, bias) in biases { logits[Int(token)] += bias }
    }
}
