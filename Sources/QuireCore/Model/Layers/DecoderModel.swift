/// A decoder: tokens to vectors, layer after layer, and back to the vocabulary.
///
/// What a family does not have stays at its default.
public struct DecoderModel {
    public let embedding: Embedding
    public let layers: [DecoderLayer]
    public let norm: (any NormLayer)?
    public let head: Linear
    /// Multiplies the embedded tokens.
    public var embeddingScale: Float = 1
    public var positions: PositionEmbedding?
    /// From the embedding's width to the layers'.
    public var inputProjection: Linear?
    /// From the layers' width to the head's.
    public var outputProjection: Linear?
    /// Multiplies the logits.
    public var logitScale: Float = 1
    /// Logits become `cap · tanh(logit / cap)`.
    public var logitSoftCap: Float?

    public init(embedding: Embedding, layers: [DecoderLayer], norm: (any NormLayer)?, head: Linear) {
        self.embedding = embedding
        self.layers = layers
        self.norm = norm
        self.head = head
    }

    /// The logits `[sampled rows, vocabulary]`.
    public func logits(_ pass: ForwardPass) throws -> Tensor {
        var hidden = embedding(pass)  // [tokens, hidden]
        hidden.scale(by: embeddingScale)
        if let inputProjection { hidden = inputProjection(hidden) }
        if let positions { hidden.add(positions(pass)) }
        for (index, layer) in layers.enumerated() {
            hidden = try layer(hidden, index == layers.count - 1 ? pass.ofLastLayer : pass)
        }
        if let norm { hidden = norm(hidden) }
        if let outputProjection { hidden = outputProjection(hidden) }
        let logits = head(hidden)
        logits.scale(by: logitScale)
        if let logitSoftCap { logits.softCap(logitSoftCap) }
        return logits
    }
}
