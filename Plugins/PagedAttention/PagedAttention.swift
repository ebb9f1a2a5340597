import CKernels
import QuireCore

/// Attention that reads keys and values block by block through the block table, with an online softmax.
///
/// Work is split over threads by tiles of a sequence's tokens, by KV head, and for long contexts by ranges of fixed
/// length whose results are joined in their order: so a row's bytes depend neither on the split nor on its neighbours.
/// Source: Kwon et al., Efficient Memory Management for LLM Serving with PagedAttention, 2023.
public struct PagedAttentionBackend: AttentionBackend {
    public static let name = "paged"
    public static let summary = "block by block with an online softmax, SIMD kernels; batch-invariant"
    public static let isBatchInvariant = true

    /// Tokens of context that one job covers.
    static let rangeLength = 1_024
    /// Query rows of a tile: enough to read a block of keys for many queries, few enough to stay in the first cache.
    static let tileRows = 64

    private let kernels: Kernels

    public init(context: ComputeContext) { kernels = context.kernels }

    public func objections(to shape: AttentionShape, layout: KVLayout) -> [String] {
        qk_block_size_supported(layout.blockSize)
            ? [] : ["the block size is \(layout.blockSize); it needs a multiple of 8"]
    }

    public func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int
    ) {
        let plan = AttentionPlan(batch: batch, shape: shape)
        let partials = query.context.tensor(rows: 1, columns: plan.partialFloats)
        let call = AttentionCall(
            kernels: kernels, shape: shape, layout: cache.layouts[layer].kernelLayout, batch: batch,
            cache: cache.baseAddress(layer: layer), query: query.baseAddress, key: key.baseAddress,
            value: value.baseAddress, output: output.baseAddress, partials: partials.baseAddress)
        let workers = query.context.workers
        workers.runRanges(batch.spans.count, grain: 1) { call.append($0) }
        workers.run(plan.jobs.count) { call.attend(plan.jobs[$0]) }
        workers.run(plan.merges.count) { call.merge(plan.merges[$0]) }
    }
}

extension KVLayout {
    /// As the kernels know it.
    var kernelLayout: qk_kv_layout {
        qk_kv_layout(type: type.kernelType, heads: heads, head_dim: headDim, block_size: blockSize)
    }
}

/// Brings the attention backend `paged`.
public enum PagedAttentionPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.attentionBackends.add(PagedAttentionBackend.name, PagedAttentionBackend.self)
    }
}
