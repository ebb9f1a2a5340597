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
                let slot = slots.at(span.firstPosition + token, of: span)
                for head in 0..<shape.kvHeads {
                    let numbers = (head * shape.headDim)..<((head + 1) * shape.headDim)
                    slots.key(slot, head).store(
                        .init(rebasing: UnsafeBufferPointer(key.row(span.start + token))[numbers]))
                    slots.value(slot, head).store(
                        .init(rebasing: UnsafeBufferPointer(value.row(span.start + token))[numbers]))
                }
            }
            for token in 0..<span.count {
                let seen = (0...(span.firstPosition + token)).map { slots.at($0, of: span) }
                for head in 0..<shape.queryHeads {
                    let offset = head * shape.headDim
                    attendRow(
                        query: query.row(span.start + token).baseAddress! + offset, scale: Double(shape.scale),
                        keys: seen.map { slots.key($0, head / shape.groupSize) },
                        values: seen.map { slots.value($0, head / shape.groupSize) },
                        output: output.row(span.start + token).baseAddress! + offset, headDim: shape.headDim)
                }
            }
        }
    }

    private func attendRow(
        query: UnsafePointer<Float>, scale: Double, keys: [StoredNumbers], values: [StoredNumbers],
        output: UnsafeMutablePointer<Float>, headDim: Int
    ) {
        let scores = keys.map { key in scale * (0..<headDim).reduce(0.0) { $0 + Double(query[$1]) * key[$1] } }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        for dimension in 0..<headDim {
            let sum = zip(weights, values).reduce(0.0) { $0 + $1.0 * $1.1[dimension] }
            output[dimension] = Float(sum / total)
        }
    }
}

/// Brings the attention backend `reference`.
public enum ReferenceAttentionPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.attentionBackends.add(ReferenceAttentionBackend.name, ReferenceAttentionBackend.self)
    }
}
