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
/// A block holds, token by token, all keys and then all values: `[blockSize][keys, values][kvHeads · headDim]`.
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
        let blockSize = cache.layouts[layer].blockSize
        let width = shape.keyValueWidth
        let base = cache.baseAddress(layer: layer)
        for span in batch.spans {
            func slot(_ position: Int) -> UnsafeMutablePointer<Float> {
                let block = Int(batch.tables[span.tableStart + position / blockSize])
                return base + (block * blockSize + position % blockSize) * 2 * width
            }
            for token in 0..<span.count {
                let position = span.firstPosition + token
                slot(position).update(from: key.row(span.start + token).baseAddress!, count: width)
                (slot(position) + width).update(from: value.row(span.start + token).baseAddress!, count: width)
            }
            for token in 0..<span.count {
                for head in 0..<shape.queryHeads {
                    let offset = head * shape.headDim
                    let kvOffset = head / shape.groupSize * shape.headDim
                    let visible = 0...(span.firstPosition + token)
                    attendRow(
                        query: query.row(span.start + token).baseAddress! + offset, scale: Double(shape.scale),
                        keys: visible.map { UnsafePointer(slot($0) + kvOffset) },
                        values: visible.map { UnsafePointer(slot($0) + width + kvOffset) },
                        output: output.row(span.start + token).baseAddress! + offset, headDim: shape.headDim)
                }
            }
        }
    }

    private func attendRow(
        query: UnsafePointer<Float>, scale: Double, keys: [UnsafePointer<Float>], values: [UnsafePointer<Float>],
        output: UnsafeMutablePointer<Float>, headDim: Int
    ) {
        let scores = keys.map { key in
            scale * (0..<headDim).reduce(0.0) { $0 + Double(query[$1]) * Double(key[$1]) }
        }
        let largest = scores.max() ?? 0
        let weights = scores.map { exp($0 - largest) }
        let total = weights.reduce(0, +)
        for dimension in 0..<headDim {
            let sum = zip(weights, values).reduce(0.0) { $0 + $1.0 * Double($1.1[dimension]) }
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
