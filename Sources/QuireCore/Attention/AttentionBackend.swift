/// What one layer's attention looks like, the same for all its tokens.
public struct AttentionShape: Hashable, Sendable {
    public let queryHeads: Int
    public let kvHeads: Int
    public let headDim: Int
    /// Multiplies every product of a query and a key.
    public let scale: Float
    /// Tokens that one sees, itself included: the last ones. `nil` sees all.
    public let window: Int?

    public init(queryHeads: Int, kvHeads: Int, headDim: Int, scale: Float? = nil, window: Int? = nil) {
        self.queryHeads = queryHeads
        self.kvHeads = kvHeads
        self.headDim = headDim
        self.scale = scale ?? 1 / Float(headDim).squareRoot()
        self.window = window
    }

    /// Query heads that share one KV head.
    public var groupSize: Int { queryHeads / kvHeads }
    public var queryWidth: Int { queryHeads * headDim }
    public var keyValueWidth: Int { kvHeads * headDim }
}

/// Appends a step's keys and values to the paged cache and attends over it.
///
/// Obligations, for a flat batch that mixes prefill chunks and decodes:
/// - the token at position `p` of a sequence has its key and value written to slot `p % blockSize` of block
///   `blocks[p / blockSize]` of the layer's group, and attends to positions `0...p`, whatever other slots hold;
/// - a span may read blocks that an earlier span of the same batch writes: those writes come first;
/// - a backend that says `isBatchInvariant` gives each row the same bytes whatever else is in the batch, however the
///   prompt is chunked, and for any number of threads.
public protocol AttentionBackend: Sendable {
    static var name: String { get }

    /// One line for `quire plugins`.
    static var summary: String { get }

    static var isBatchInvariant: Bool { get }

    init(context: ComputeContext) throws

    /// Why it cannot serve layers of this shape; empty means it can.
    func objections(to shape: AttentionShape, layout: KVLayout) -> [String]

    /// Appends and attends for one layer.
    ///
    /// - Parameters:
    ///   - query: `[tokens, queryHeads · headDim]`.
    ///   - key: `[tokens, kvHeads · headDim]`, like `value`.
    ///   - output: `[tokens, queryHeads · headDim]`.
    func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int)
}
