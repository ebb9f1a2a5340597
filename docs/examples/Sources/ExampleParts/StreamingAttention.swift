import Foundation
import QuireCore

/// Attention in one pass over the context: the softmax is corrected whenever a larger score turns up.
///
/// A block holds, token by token, all keys and then all values.
/// Source: Milakov and Gimelshein, Online normalizer calculation for softmax, 2018.
public struct StreamingAttention: AttentionBackend {
    public static let name = "streaming"
    public static let summary = "one pass in plain Swift, online softmax; batch-invariant"
    // A row goes over its own context in one order, whichever thread runs it.
    public static let isBatchInvariant = true
    /// What a thread keeps of a head on its stack.
    private static let largestHead = 256

    public init(context: ComputeContext) {}

    public func objections(to shape: AttentionShape, layout: KVLayout) -> [String] {
        var objections = shape.extras.map { "it does not serve \($0)" }
        if layout.type != .float32 { objections.append("the KV cache is \(layout.type.rawValue); it needs float32") }
        if shape.headDim > Self.largestHead {
            objections.append("the head size is \(shape.headDim); it serves up to \(Self.largestHead)")
        }
        return objections
    }

    public func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int
    ) {
        let slots = Slots(cache: cache, layer: layer, width: shape.keyWidth)
        // First everything is written: a span may read what an earlier one of the same batch writes.
        for span in batch.spans {
            for token in 0..<span.count {
                let slot = slots.key(span.firstPosition + token, span, batch)
                slot.update(from: key.row(span.start + token).baseAddress!, count: slots.width)
                (slot + slots.width).update(from: value.row(span.start + token).baseAddress!, count: slots.width)
            }
        }
        for span in batch.spans {
            query.context.workers.run(span.count * shape.queryHeads) { piece in
                let (token, head) = piece.quotientAndRemainder(dividingBy: shape.queryHeads)
                let column = head * shape.headDim
                attend(
                    query: query.row(span.start + token).baseAddress! + column,
                    output: output.row(span.start + token).baseAddress! + column, shape: shape,
                    keyOffset: head / shape.groupSize * shape.headDim, last: span.firstPosition + token
                ) { slots.key($0, span, batch) }
            }
        }
    }

    /// One query head of one token over positions `0...last`.
    private func attend(
        query: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>, shape: AttentionShape, keyOffset: Int,
        last: Int, key: (_ position: Int) -> UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: shape.headDim) { sum in
            sum.initialize(repeating: 0)
            var largest = -Double.infinity
            var total = 0.0
            for position in 0...last {
                let key = key(position) + keyOffset
                let value = key + shape.keyWidth
                var score = 0.0
                for index in 0..<shape.headDim { score += Double(query[index]) * Double(key[index]) }
                score *= Double(shape.scale)
                let newLargest = max(largest, score)
                let (correction, weight) = (exp(largest - newLargest), exp(score - newLargest))
                total = total * correction + weight
                for index in 0..<shape.headDim {
                    sum[index] = sum[index] * correction + weight * Double(value[index])
                }
                largest = newLargest
            }
            for index in 0..<shape.headDim { output[index] = Float(sum[index] / total) }
        }
    }
}

/// Where keys and values lie in one layer's part of the cache.
private struct Slots {
    let base: UnsafeMutablePointer<Float>
    let blockSize: Int
    /// Of layers that share their blocks.
    let group: Int
    /// Floats of a token's keys, and of its values, which follow them.
    let width: Int

    init(cache: KVCache, layer: Int, width: Int) {
        base = cache.baseAddress(layer: layer).assumingMemoryBound(to: Float.self)
        blockSize = cache.layouts[layer].blockSize
        group = cache.group(ofLayer: layer)
        self.width = width
    }

    func key(_ position: Int, _ span: Batch.Span, _ batch: Batch) -> UnsafeMutablePointer<Float> {
        let block = Int(batch.tables[span.tableStart(ofGroup: group) + position / blockSize])
        return base + (block * blockSize + position % blockSize) * 2 * width
    }
}
