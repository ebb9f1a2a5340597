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
                let row = (span.start + token) * shape.keyValueWidth
                kernels.kv_append(
                    cache + Int(block) * bytesPerBlock, &layout, position % layout.block_size, key + row, value + row)
            }
        }
    }

    /// - Parameters:
    ///   - scratch: see `qk_attention_scratch_floats`.
    ///   - own: room for a partial result that nobody asks for.
    func attend(_ job: AttentionPlan.Job, scratch: UnsafeMutablePointer<Float>, own: UnsafeMutablePointer<Float>) {
        let span = batch.spans[job.span]
        let row = rowOffset(of: job)
        batch.tables.withUnsafeBufferPointer { tables in
            var call = qk_attention_job(
                q: query + row, q_stride: shape.queryWidth, tokens: job.tokens, group: shape.groupSize,
                first_position: span.firstPosition + job.firstToken, scale: shape.scale, layer: cache, kv: layout,
                kv_head: job.kvHead, block_table: tables.baseAddress! + span.tableStart(ofGroup: group),
                range_begin: job.range.lowerBound, range_end: job.range.upperBound, scratch: scratch,
                partial: job.partial.map { partials + $0 } ?? own, out: job.partial == nil ? output + row : nil,
                out_stride: shape.queryWidth)
            kernels.attend(&call)
        }
    }

    func merge(_ merge: AttentionPlan.Merge) {
        kernels.attention_merge(
            partials + merge.partial, merge.stride, merge.ranges, merge.first.tokens, shape.groupSize,
            shape.headDim, output + rowOffset(of: merge.first), shape.queryWidth)
    }

    /// Where the job's first row begins among the queries, and among the results.
    private func rowOffset(of job: AttentionPlan.Job) -> Int {
        (batch.spans[job.span].start + job.firstToken) * shape.queryWidth
            + job.kvHead * shape.groupSize * shape.headDim
    }
}
