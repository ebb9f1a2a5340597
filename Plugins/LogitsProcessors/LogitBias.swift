import QuireCore

/// Adds to the logits of chosen tokens.
public struct LogitBias: LogitsProcessor {
    public static let name = "logit_bias"
    public static let order = 40

    private let biases: [TokenID: Double]

    public static func make(for request: Request) -> LogitBias? {
        request.params.logitBias.isEmpty ? nil : LogitBias(biases: request.params.logitBias)
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        for (token, bias) in biases { logits[Int(token)] += Float(bias) }
    }
}
