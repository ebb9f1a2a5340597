/// Runs one step's batch; the engine's view of a model.
public protocol ModelRunner {
    var vocabularySize: Int { get }

    /// Lengths beyond which what is computed for a token changes, ascending; see `ModelArchitecture`.
    var lengthThresholds: [Int] { get }

    /// The logits `[sampled rows, vocabulary]`, after carrying out the copies.
    func run(_ batch: Batch, copies: [BlockCopy]) throws -> Tensor
}

extension ModelRunner {
    public var lengthThresholds: [Int] { [] }
}

/// A model with its weights, its cache and the backends that it runs on.
public final class LoadedModel: ModelRunner {
    public let vocabularySize: Int
    public let cache: KVCache
    private let architecture: any ModelArchitecture
    private let attention: any AttentionBackend
    private let context: ComputeContext

    package init(
        architecture: any ModelArchitecture, vocabularySize: Int, attention: any AttentionBackend, cache: KVCache,
        context: ComputeContext
    ) {
        self.architecture = architecture
        self.vocabularySize = vocabularySize
        self.attention = attention
        self.cache = cache
        self.context = context
    }

    public var lengthThresholds: [Int] { architecture.lengthThresholds }

    public func run(_ batch: Batch, copies: [BlockCopy]) throws -> Tensor {
        cache.copy(copies)
        let pass = ForwardPass(batch: batch, attention: attention, cache: cache, context: context)
        return try architecture.logits(pass)
    }
}

/// A model that computes nothing and always gives the same logits: what remains is the engine's own cost.
public final class NullModel: ModelRunner {
    public let vocabularySize: Int
    private let context: ComputeContext

    public init(vocabularySize: Int = 4, context: ComputeContext) {
        self.vocabularySize = vocabularySize
        self.context = context
    }

    public func run(_ batch: Batch, copies: [BlockCopy]) -> Tensor {
        let logits = context.tensor(rows: batch.sampledRows.count, columns: vocabularySize)
        for row in 0..<logits.rows {
            let values = logits.row(row)
            values.update(repeating: 0)
            values[vocabularySize - 1] = 1
        }
        return logits
    }
}
