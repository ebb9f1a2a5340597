import CKernels
import QuireCore

/// One layer's call of the backend: the memory that its jobs share.
struct AttentionCall: @unchecked Sendable {
    // Safe to share: jobs append to different slots, write different rows or partial results, and the phases (append,
    // attend, merge) follow each other.
    let kernels: Kernels
    let shape: AttentionShape
    let layout: qk_kv_layout
    /// The layer's group, whose blocks are its own.
    let group: Int
    let batch: Batch
    let cache: UnsafeMutableRawPointer
    let query: UnsafeMutablePointer<Float>
    let key: UnsafeMutablePointer<Float>
    let value: UnsafeMutablePointer<Float>
    let output: UnsafeMutablePointer<Float>
    let partials: UnsafeMutablePointer<Float>

    /// Writes the keys and values of some spans into their slots.
    func append(_ spans: Range<Int>) {
        var layout = layout
        let bytesPerBlock = qk_kv_block_bytes(&layout)
        for span in batch.spans[spans] {
            for token in 0..<span.count {
                let position = span.firstPosition + token
                let block = batch.tables[span.tableStart(ofGroup: group) + position / layout.block_size]
                let row = span.start + token
                kernels.kv_append(
                    cache + Int(block) * bytesPerBlock, &layout, position % layout.block_size,
                    key + row * shape.keyWidth, value + row * shape.valueWidth)
            }
        }
    }

    /// - Parameters:
    ///   - scratch: see `qk_attention_scratch_floats`.
    ///   - own: room for a partial result that nobody asks for.
    func attend(_ job: AttentionPlan.Job, scratch: UnsafeMutablePointer<Float>, own: UnsafeMutablePointer<Float>) {
        let span = batch.spans[job.span]
        let heads = job.kvHead * shape.groupSize
        batch.tables.withUnsafeBufferPointer { tables in
            (shape.linearBias?.slopes ?? []).withUnsafeBufferPointer { slopes in
                shape.sinks.withUnsafeBufferPointer { sinks in
                    var call = qk_attention_job(
                        q: query + (span.start + job.firstToken) * shape.queryWidth + heads * shape.headDim,
                        q_stride: shape.queryWidth, tokens: job.tokens, group: shape.groupSize,
                        first_position: span.firstPosition + job.firstToken, scale: shape.scale,
                        window: shape.window ?? 0, soft_cap: shape.softCap ?? 0,
                        slopes: slopes.isEmpty ? nil : slopes.baseAddress! + heads,
                        slope_scale: shape.linearBias?.scale ?? 1,
                        rounds_slopes: shape.linearBias?.isRounded ?? false,
                        sinks: sinks.isEmpty ? nil : sinks.baseAddress! + heads, layer: cache, kv: layout,
                        kv_head: job.kvHead, block_table: tables.baseAddress! + span.tableStart(ofGroup: group),
                        range_begin: job.range.lowerBound, range_end: job.range.upperBound, scratch: scratch,
                        partial: job.partial.map { partials + $0 } ?? own,
                        out: job.partial == nil ? output + outputOffset(of: job) : nil,
                        out_stride: shape.outputWidth)
                    kernels.attend(&call)
                }
            }
        }
    }

    func merge(_ merge: AttentionPlan.Merge) {
        shape.sinks.withUnsafeBufferPointer { sinks in
            kernels.attention_merge(
                partials + merge.partial, merge.stride, merge.ranges, merge.first.tokens, shape.groupSize,
                shape.valueDim, sinks.isEmpty ? nil : sinks.baseAddress! + merge.first.kvHead * shape.groupSize,
                output + outputOffset(of: merge.first), shape.outputWidth)
        }
    }

    /// Where the job's first row begins among the results.
    private func outputOffset(of job: AttentionPlan.Job) -> Int {
        (batch.spans[job.span].start + job.firstToken) * shape.outputWidth
            + job.kvHead * shape.groupSize * shape.valueDim
    }
}
