import CKernels
import QuireCore
import Synchronization

/// Attention that reads keys and values block by block through the block table, with an online softmax.
///
/// Work is split over threads by tiles of a sequence's tokens, by KV head, and for few tokens by ranges of the context.
/// Ranges have a fixed length and are always joined one after the other, split or not: so a row's bytes depend neither on
/// the split nor on its neighbours.
/// Source: Kwon et al., Efficient Memory Management for LLM Serving with PagedAttention, 2023.
public struct PagedAttentionBackend: AttentionBackend {
    public static let name = "paged"
    public static let summary = "block by block with an online softmax, SIMD kernels; batch-invariant"
    public static let isBatchInvariant = true

    /// Query rows of a tile: enough to read a block of keys for many queries, few enough to stay in the first cache.
    static let tileRows = 64

    private let kernels: Kernels

    public init(context: ComputeContext) { kernels = context.kernels }

    public func objections(to shape: AttentionShape, layout: KVLayout) -> [String] {
        var objections: [String] = []
        if !qk_block_size_supported(layout.blockSize) {
            objections.append("the block size is \(layout.blockSize); it needs a multiple of 8")
        }
        if shape.valueDim > shape.headDim {
            objections.append(
                "values have \(shape.valueDim) numbers a head; it needs at most the keys' \(shape.headDim)")
        }
        return objections
    }

    public func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int
    ) {
        let plan = AttentionPlan(batch: batch, shape: shape)
        let partials = query.context.tensor(rows: 1, columns: plan.partialFloats)
        let call = AttentionCall(
            kernels: kernels, shape: shape, layout: cache.layouts[layer].kernelLayout,
            group: cache.group(ofLayer: layer), batch: batch, cache: cache.baseAddress(layer: layer),
            query: query.baseAddress, key: key.baseAddress,
            value: value.baseAddress, output: output.baseAddress, partials: partials.baseAddress)
        let workers = query.context.workers
        workers.runRanges(batch.spans.count, grain: 1) { call.append($0) }
        run(plan, call, on: query.context)
        workers.run(plan.merges.count) { call.merge(plan.merges[$0]) }
    }

    /// Each thread takes one job after the other, with scratch memory of its own.
    private func run(_ plan: AttentionPlan, _ call: AttentionCall, on context: ComputeContext) {
        let headDim = call.shape.headDim
        let scratchFloats = qk_attention_scratch_floats(plan.tileRows, headDim)
        let takers = min(context.workers.threads, plan.jobs.count)
        let scratch = context.tensor(
            rows: takers, columns: scratchFloats + qk_partial_floats(plan.tileRows, call.shape.valueDim))
        let next = Atomic(0)
        context.workers.run(takers) { taker in
            let own = scratch.row(taker).baseAddress!
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < plan.jobs.count else { return }
                call.attend(plan.jobs[index], scratch: own, own: own + scratchFloats)
            }
        }
    }
}

extension KVLayout {
    /// As the kernels know it.
    var kernelLayout: qk_kv_layout {
        qk_kv_layout(
            type: type.kernelType, heads: heads, head_dim: headDim, block_size: blockSize, value_dim: valueDim,
            latent: isLatent)
    }
}

/// Brings the attention backend `paged`.
public enum PagedAttentionPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.attentionBackends.add(PagedAttentionBackend.name, PagedAttentionBackend.self)
    }
}
