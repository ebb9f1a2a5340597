import CKernels
import QuireCore

/// How one step's attention is cut into jobs.
struct AttentionPlan {
    /// Some tokens of one span, one KV head, a part of the context.
    struct Job {
        let span: Int
        /// Index of the tile's first token in its span.
        let firstToken: Int
        let tokens: Int
        let kvHead: Int
        let range: Range<Int>
        /// Where its partial result begins, in floats; nil where it sees the whole context and writes finished rows.
        let partial: Int?
    }

    /// The partial results of a tile's ranges, one after the other.
    struct Merge {
        let first: Job
        /// Where the first partial result begins, in floats.
        let partial: Int
        let ranges: Int
        /// Floats between two partial results.
        let stride: Int
    }

    private(set) var jobs: [Job] = []
    private(set) var merges: [Merge] = []
    private(set) var partialFloats = 0
    /// Query rows of the largest tile.
    let tileRows: Int

    init(batch: Batch, shape: AttentionShape) {
        let tileTokens = max(1, PagedAttentionBackend.tileRows / shape.groupSize)
        tileRows = tileTokens * shape.groupSize
        for (index, span) in batch.spans.enumerated() {
            for first in Swift.stride(from: 0, to: span.count, by: tileTokens) {
                // Ranges begin at multiples of their length, whatever the tile sees.
                let seen = shape.firstSeen(from: span.firstPosition + first) / Self.rangeLength * Self.rangeLength
                for kvHead in 0..<shape.kvHeads {
                    let tile = Job(
                        span: index, firstToken: first, tokens: min(tileTokens, span.count - first), kvHead: kvHead,
                        range: seen..<min(span.firstPosition + first + tileTokens, span.contextLength), partial: nil)
                    // Spans of many tiles are work enough for all threads; their partial results would fill memory.
                    if span.count > tileTokens { jobs.append(tile) } else { split(tile, shape) }
                }
            }
        }
    }

    private static let rangeLength = Int(QK_ATTENTION_RANGE)

    private mutating func split(_ tile: Job, _ shape: AttentionShape) {
        let length = Self.rangeLength
        guard tile.range.count > length else { return jobs.append(tile) }
        let stride = qk_partial_floats(tile.tokens * shape.groupSize, shape.valueDim)
        let ranges = (tile.range.count + length - 1) / length
        merges.append(Merge(first: tile, partial: partialFloats, ranges: ranges, stride: stride))
        for first in Swift.stride(from: tile.range.lowerBound, to: tile.range.upperBound, by: length) {
            jobs.append(
                Job(
                    span: tile.span, firstToken: tile.firstToken, tokens: tile.tokens, kvHead: tile.kvHead,
                    range: first..<min(tile.range.upperBound, first + length), partial: partialFloats))
            partialFloats += stride
        }
    }
}
