/// One step's run through a model: which tokens, and how they attend. A model's only way to other tokens is `attend`.
public struct ForwardPass {
    public let context: ComputeContext
    let batch: Batch
    private let attention: any AttentionBackend
    private let cache: KVCache
    private var isLastLayer = false

    package init(batch: Batch, attention: any AttentionBackend, cache: KVCache, context: ComputeContext) {
        self.batch = batch
        self.attention = attention
        self.cache = cache
        self.context = context
    }

    /// Each row's position in its sequence.
    public var positions: [Int32] { batch.positions }

    /// Tokens that the sequence of a row may come to have.
    func longestLength(ofRow row: Int) -> Int { batch.longestLengths[row] }

    /// Attention over everything each token may see; adds the new keys and values to the cache.
    ///
    /// - Parameters:
    ///   - query: `[tokens, queryHeads · headDim]`, rotated.
    ///   - key: `[tokens, kvHeads · headDim]`, rotated.
    ///   - value: `[tokens, kvHeads · valueDim]`; where a value is the beginning of its key, the keys once more.
    /// - Returns: `[tokens, queryHeads · valueDim]`.
    public func attend(query: Tensor, key: Tensor, value: Tensor, in slot: AttentionSlot) -> Tensor {
        let output = context.tensor(rows: query.rows, columns: slot.shape.outputWidth)
        attention.attend(
            query: query, key: key, value: value, into: output, shape: slot.shape, batch: batch, cache: cache,
            layer: slot.layer)
        return output
    }

    /// The pass as the last layer has it: nobody looks at most rows after it.
    var ofLastLayer: ForwardPass {
        var pass = self
        pass.isLastLayer = true
        return pass
    }

    /// What a layer has to bring of some rows of its own once attention is done: all of them, and of the last layer only
    /// those whose logits are wanted.
    public func neededRows(of tensor: Tensor) -> Tensor { isLastLayer ? sampledRows(of: tensor) : tensor }

    /// Only the rows whose logits are wanted: what the vocabulary projection needs.
    public func sampledRows(of hidden: Tensor) -> Tensor {
        batch.sampledRows.count == hidden.rows ? hidden : hidden.gathered(batch.sampledRows)
    }
}
