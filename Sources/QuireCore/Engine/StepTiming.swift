/// What one step ran, and where its time went; seconds.
public struct StepTiming: Sendable {
    /// Tokens of prompts that were run.
    public let promptTokens: Int
    /// Sequences that went on by a single token.
    public let decodedTokens: Int
    public let model: Double
    /// From logits to tokens, and what is reported about them.
    public let sampling: Double
    /// Everything else: scheduling, building the batch, settling, detokenising.
    public let bookkeeping: Double

    public var total: Double { model + sampling + bookkeeping }
}
