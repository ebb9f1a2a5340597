import QuireCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Attention written down plainly, in double precision: the oracle that others are compared with.
///
/// `Slots` says how a block is laid out.
public struct ReferenceAttentionBackend: AttentionBackend {
    public static let name = "reference"
    public static let summary = "plain and slow, double precision; the oracle for other backends; batch-invariant"
    public static let isBatchInvariant = true

    public init(context: ComputeContext) {}

    public func objections(to shape: AttentionShape, layout: KVLayout) -> [String] { [] }

    public func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int
    ) {
        let slots = Slots(
            layout: cache.layouts[layer], base: cache.baseAddress(layer: layer), group: cache.group(ofLayer: layer),
            tables: batch.tables)
        for span in batch.spans {
            for token in 0..<span.count {
                slots.append(
                    key: UnsafeBufferPointer(key.row(span.start + token)),
                    value: UnsafeBufferPointer(value.row(span.start + token)),
                    at: slots.at(span.firstPosition + token, of: span))
            }
            for token in 0..<span.count {
                let position = span.firstPosition + token
                let seen = shape.firstSeen(from: position)...position
                let at = seen.map { slots.at($0, of: span) }
                for head in 0..<shape.queryHeads {
                    let row = Row(
                        query: query.row(span.start + token).baseAddress! + head * shape.headDim,
                        keys: at.map { slots.key($0, head / shape.groupSize) },
                        values: at.map { slots.value($0, head / shape.groupSize) },
                        biases: seen.map { shape.linearBias?.bias(head: head, from: position, to: $0) ?? 0 })
                    row.attend(head, shape, into: output.row(span.start + token).baseAddress! + head * shape.valueDim)
                }
            }
        }
    }

    /// One query head of one token, and what it sees.
    private struct Row {
        let query: UnsafePointer<Float>
        let keys: [StoredNumbers]
        let values: [StoredNumbers]
        /// What is added to the score of each key.
        let biases: [Double]

        func attend(_ head: Int, _ shape: AttentionShape, into output: UnsafeMutablePointer<Float>) {
            let scores = zip(keys, biases).map { score($0, shape) + $1 }
            let sink = shape.sinks.isEmpty ? -Double.infinity : Double(shape.sinks[head])
            let largest = max(scores.max() ?? 0, sink)
            let weights = scores.map { exp($0 - largest) }
            let total = weights.reduce(exp(sink - largest), +)
            for dimension in 0..<shape.valueDim {
                let sum = zip(weights, values).reduce(0.0) { $0 + $1.0 * $1.1[dimension] }
                output[dimension] = Float(sum / total)
            }
        }

        private func score(_ key: StoredNumbers, _ shape: AttentionShape) -> Double {
            var score = Double(shape.scale) * (0..<shape.headDim).reduce(0.0) { $0 + Double(query[$1]) * key[$1] }
            if let cap = shape.softCap { score = Double(cap) * tanh(score / Double(cap)) }
            return score
        }
    }
}

/// Brings the attention backend `reference`.
public enum ReferenceAttentionPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.attentionBackends.add(ReferenceAttentionBackend.name, ReferenceAttentionBackend.self)
    }
}
