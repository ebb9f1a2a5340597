/// What one layer's attention looks like, the same for all its tokens.
public struct AttentionShape: Hashable, Sendable {
    public let queryHeads: Int
    public let kvHeads: Int
    /// Numbers of a query and of a key of one head.
    public let headDim: Int
    /// Numbers of a value of one head.
    public let valueDim: Int
    /// Multiplies every product of a query and a key.
    public let scale: Float
    /// Tokens that one sees, itself included: the last ones. `nil` sees all.
    public let window: Int?
    /// Scores become `softCap · tanh(score / softCap)`.
    public let softCap: Float?
    /// Added to scores by the distance from a token back to a key.
    public let linearBias: LinearBias?
    /// One more score for each query head, whose key has no value: it takes its part of the weights and gives nothing.
    public var sinks: [Float] = []
    /// Whether a value is the beginning of its key, so that one cached vector is both.
    public let isLatent: Bool

    public init(
        queryHeads: Int, kvHeads: Int, headDim: Int, valueDim: Int? = nil, scale: Float? = nil, window: Int? = nil,
        softCap: Float? = nil, linearBias: LinearBias? = nil, isLatent: Bool = false
    ) {
        self.queryHeads = queryHeads
        self.kvHeads = kvHeads
        self.headDim = headDim
        self.valueDim = valueDim ?? headDim
        self.scale = scale ?? 1 / Float(headDim).squareRoot()
        self.window = window
        self.softCap = softCap
        self.linearBias = linearBias
        self.isLatent = isLatent
    }

    /// Query heads that share one KV head.
    public var groupSize: Int { queryHeads / kvHeads }
    public var queryWidth: Int { queryHeads * headDim }
    public var keyWidth: Int { kvHeads * headDim }
    public var valueWidth: Int { kvHeads * valueDim }
    /// The width of the results.
    public var outputWidth: Int { queryHeads * valueDim }

    /// What it asks for beyond plain attention, in words: a backend objects to what it does not serve.
    public var extras: [String] {
        var extras: [String] = []
        if let window { extras.append("a window of \(window) tokens") }
        if let softCap { extras.append("scores capped at \(softCap)") }
        if linearBias != nil { extras.append("linear biases (ALiBi)") }
        if !sinks.isEmpty { extras.append("attention sinks") }
        if isLatent { extras.append("values that are the beginnings of keys (latent attention)") }
        if valueDim != headDim { extras.append("values of \(valueDim) numbers beside keys of \(headDim)") }
        return extras
    }

    /// The first position that a token sees.
    public func firstSeen(from position: Int) -> Int { window.map { max(0, position - $0 + 1) } ?? 0 }
}

/// Appends a step's keys and values to the paged cache and attends over it.
///
/// Obligations, for a flat batch that mixes prefill chunks and decodes:
/// - the token at position `p` of a sequence has its key and value written to slot `p % blockSize` of block
///   `blocks[p / blockSize]` of the layer's group, and attends to the positions `shape.firstSeen(from: p)...p`, whatever other slots hold;
/// - blocks that no token of a span sees may be missing from its table, which has a negative number there;
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
    ///   - key: `[tokens, kvHeads · headDim]`.
    ///   - value: `[tokens, kvHeads · valueDim]`; where a value is the beginning of its key, the keys.
    ///   - output: `[tokens, queryHeads · valueDim]`.
    func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int)
}
