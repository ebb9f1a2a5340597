/// What a decoder layer does between tokens.
public protocol AttentionLayer {
    /// `[tokens, hidden]` to the same shape, or to the rows of it that `pass.neededRows` picks.
    func callAsFunction(_ input: Tensor, _ pass: ForwardPass) throws -> Tensor
}

/// One layer of a decoder: attention, a feed-forward layer, the norms around them, and how their results are added.
///
/// Norms that a family does not have are `nil`.
public struct DecoderLayer {
    /// How the two results come to the hidden state `h`.
    public enum Arrangement: Sendable {
        /// `h += attention(norm(h))`, then `h += feedForward(norm(h))`.
        case sequential
        /// Both from the same `h`; without a norm of its own the feed-forward layer gets what attention gets.
        case parallel
        /// `h = norm(h + attention(h))`, then `h = norm(h + feedForward(h))`.
        case normalizedSums
    }

    public let attention: any AttentionLayer
    public let feedForward: any FeedForwardLayer
    public let arrangement: Arrangement
    public var attentionNorm: (any NormLayer)?
    /// Of attention's result, before it is added.
    public var attentionResultNorm: (any NormLayer)?
    public var feedForwardNorm: (any NormLayer)?
    /// Of the feed-forward layer's result, before it is added.
    public var feedForwardResultNorm: (any NormLayer)?
    /// Multiplies both results.
    public var residualScale: Float = 1

    /// - Parameters:
    ///   - attentionNorm: before attention.
    ///   - feedForwardNorm: before the feed-forward layer.
    public init(
        attention: any AttentionLayer, feedForward: any FeedForwardLayer, attentionNorm: (any NormLayer)? = nil,
        feedForwardNorm: (any NormLayer)? = nil, arrangement: Arrangement = .sequential
    ) {
        self.attention = attention
        self.feedForward = feedForward
        self.attentionNorm = attentionNorm
        self.feedForwardNorm = feedForwardNorm
        self.arrangement = arrangement
    }

    /// The hidden state after the layer, which may be the tensor given; only the rows that the pass needs of it.
    func callAsFunction(_ hidden: Tensor, _ pass: ForwardPass) throws -> Tensor {
        switch arrangement {
        case .sequential:
            let attended = pass.neededRows(of: try attention(attentionNorm?(hidden) ?? hidden, pass))
            let rest = pass.neededRows(of: hidden)
            add(normalized(attended, attentionResultNorm), to: rest)
            add(normalized(feedForward(feedForwardNorm?(rest) ?? rest), feedForwardResultNorm), to: rest)
            return rest
        case .parallel:
            let input = attentionNorm?(hidden) ?? hidden
            let attended = pass.neededRows(of: try attention(input, pass))
            let rest = pass.neededRows(of: hidden)
            add(feedForward(feedForwardNorm?(rest) ?? pass.neededRows(of: input)), to: attended)
            add(attended, to: rest)
            return rest
        case .normalizedSums:
            let attended = pass.neededRows(of: try attention(hidden, pass))
            let rest = pass.neededRows(of: hidden)
            add(attended, to: rest)
            attentionNorm?.apply(to: rest)
            add(feedForward(rest), to: rest)
            return normalized(rest, feedForwardNorm)
        }
    }

    private func normalized(_ tensor: Tensor, _ norm: (any NormLayer)?) -> Tensor {
        norm?.apply(to: tensor)
        return tensor
    }

    private func add(_ result: Tensor, to hidden: Tensor) {
        if residualScale == 1 { hidden.add(result) } else { hidden.add(result, times: residualScale) }
    }
}
