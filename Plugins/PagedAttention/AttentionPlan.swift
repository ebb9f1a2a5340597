import CKernels
import QuireCore

/// How one step's attention is cut into jobs.
struct AttentionPlan {
    /// Some tokens of one span, one KV head, one range of the context.
    struct Job {
        let span: Int
        /// Index of the tile's first token in its span.
        let firstToken: Int
        let tokens: Int
        let kvHead: Int
        let range: Range<Int>
        /// Where its partial result begins, in floats.
        let partial: Int
        /// Whether it is the only range, so that it writes the finished rows.
        let isWhole: Bool
    }

    /// The partial results of a tile's ranges, one after the other.
    struct Merge {
        let first: Job
        let ranges: Int
        /// Floats between two partial results.
        let stride: Int
    }

    private(set) var jobs: [Job] = []
    private(set) var merges: [Merge] = []
    private(set) var partialFloats = 0

    init(batch: Batch, shape: AttentionShape) {
        let tileTokens = max(1, PagedAttentionBackend.tileRows / shape.groupSize)
        for (index, span) in batch.spans.enumerated() {
            for first in stride(from: 0, to: span.count, by: tileTokens) {
                let tokens = min(tileTokens, span.count - first)
                let context = span.firstPosition + first + tokens
                for kvHead in 0..<shape.kvHeads {
                    add(span: index, first: first, tokens: tokens, kvHead: kvHead, context: context, shape)
                }
            }
        }
    }

    private mutating func add(
        span: Int, first: Int, tokens: Int, kvHead: Int, context: Int, _ shape: AttentionShape
    ) {
        let floats = qk_partial_floats(tokens * shape.groupSize, shape.headDim)
        let length = PagedAttentionBackend.rangeLength
        let ranges = (context + length - 1) / length
        let firstJob = jobs.count
        for range in 0..<ranges {
            jobs.append(
                Job(
                    span: span, firstToken: first, tokens: tokens, kvHead: kvHead,
                    range: (range * length)..<min(context, (range + 1) * length), partial: partialFloats,
                    isWhole: ranges == 1))
            partialFloats += floats
        }
        if ranges > 1 { merges.append(Merge(first: jobs[firstJob], ranges: ranges, stride: floats)) }
    }
}
