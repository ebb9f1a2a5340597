import CKernels
import Foundation

/// The types of a cache, with names for failures.
enum CacheType: CaseIterable {
    case float32, bfloat16, float16, int8

    var kernelType: qk_kv_type {
        switch self {
        case .float32: QK_KV_F32
        case .bfloat16: QK_KV_BF16
        case .float16: QK_KV_F16
        case .int8: QK_KV_INT8
        }
    }
}

/// One sequence in a paged cache whose blocks lie in random order; slots that no token uses hold NaN.
struct PagedSequence {
    let kv: qk_kv_layout
    let group, context: Int
    let k, v, q: [Float]  // k, v [context, kvHeads, headDim]; q [context, kvHeads * group, headDim]
    var table: [Int32] = []
    var layer: [UInt8] = []

    var kvHeads: Int { kv.heads }
    var headDim: Int { kv.head_dim }
    var blockSize: Int { kv.block_size }
    var width: Int { kvHeads * group * headDim }
    var scale: Float { 1 / Float(headDim).squareRoot() }

    init(
        kvHeads: Int, group: Int, headDim: Int, blockSize: Int, context: Int, type: CacheType, set: InstructionSet,
        random: inout Random, data: UInt64? = nil
    ) {
        kv = qk_kv_layout(
            type: type.kernelType, heads: kvHeads, head_dim: headDim, block_size: blockSize, value_dim: headDim,
            latent: false)
        (self.group, self.context) = (group, context)
        var source = Random(data ?? random.next())
        k = source.floats(context * kvHeads * headDim, in: -2...2)
        v = source.floats(context * kvHeads * headDim)
        q = source.floats(context * kvHeads * group * headDim, in: -2...2)
        let blocks = (context + blockSize - 1) / blockSize
        table = (0..<Int32(blocks + 2)).shuffled(using: &random).prefix(blocks).map { $0 }
        layer = [UInt8](repeating: 0xff, count: (blocks + 2) * offset { qk_kv_block_bytes($0) })
        for position in 0..<context { append(position, set) }
    }

    /// One of the header's offsets.
    func offset(_ body: (UnsafePointer<qk_kv_layout>) -> Int) -> Int { withUnsafePointer(to: kv, body) }

    /// Where the block of a position begins, in bytes.
    func block(of position: Int) -> Int { Int(table[position / blockSize]) * offset { qk_kv_block_bytes($0) } }

    private mutating func append(_ position: Int, _ set: InstructionSet) {
        let row = position * kvHeads * headDim
        let block = block(of: position)
        let (slot, kv) = (position % blockSize, kv)
        k.withUnsafeBufferPointer { k in
            v.withUnsafeBufferPointer { v in
                layer.withUnsafeMutableBytes { layer in
                    withUnsafePointer(to: kv) {
                        set.kernels.kv_append(
                            layer.baseAddress! + block, $0, slot, k.baseAddress! + row, v.baseAddress! + row)
                    }
                }
            }
        }
    }

    func keyOffset(_ position: Int, _ head: Int, _ dim: Int) -> Int {
        block(of: position) + offset { qk_key_offset($0, head, dim, position % blockSize) }
    }

    func valueOffset(_ position: Int, _ head: Int, _ dim: Int) -> Int {
        let row = offset { qk_value_offset($0, head, position % blockSize) }
        return block(of: position) + row + dim * qk_kv_element_bytes(kv.type)
    }

    /// One dimension of a key, as the cache holds it.
    func storedKey(_ position: Int, _ head: Int, _ dim: Int) -> Double {
        stored(
            keyOffset(position, head, dim),
            scale: block(of: position) + offset { qk_key_scale_offset($0, head, position % blockSize) })
    }

    func storedValue(_ position: Int, _ head: Int, _ dim: Int) -> Double {
        stored(
            valueOffset(position, head, dim),
            scale: block(of: position) + offset { qk_value_scale_offset($0, head, position % blockSize) })
    }

    private func stored(_ offset: Int, scale: Int) -> Double {
        layer.withUnsafeBytes { bytes in
            func bits<Number: FixedWidthInteger & BitwiseCopyable>(_ at: Int) -> Number {
                bytes.loadUnaligned(fromByteOffset: at, as: Number.self)
            }
            switch kv.type {
            case QK_KV_F32: return Double(Float(bitPattern: bits(offset)))
            case QK_KV_BF16: return Double(Float(bitPattern: UInt32(bits(offset) as UInt16) << 16))
            case QK_KV_F16: return Double(Float16(bitPattern: bits(offset)))
            default: return Double(bits(offset) as Int8) * Double(Float(bitPattern: bits(scale)))
            }
        }
    }

    /// Attention of `tokens` for all heads, [tokens, kvHeads * group, headDim], each KV head by `body`.
    private func forEachHead(
        _ tokens: Range<Int>, range: Range<Int>, body: (inout qk_attention_job, Int, inout [Float]) -> Void
    ) -> [Float] {
        var out = [Float](repeating: .nan, count: tokens.count * width)
        // Of a table of exactly this many blocks nothing more may be read.
        let blocks = (min(tokens.upperBound, range.upperBound) + blockSize - 1) / blockSize
        let table = Array(table.prefix(blocks))
        for head in 0..<kvHeads {
            q.withUnsafeBufferPointer { q in
                layer.withUnsafeBytes { layer in
                    table.withUnsafeBufferPointer { table in
                        let offset = tokens.lowerBound * width + head * group * headDim
                        var partial = [Float](
                            repeating: .nan, count: qk_partial_floats(tokens.count * group, headDim))
                        var scratch = [Float](
                            repeating: .nan, count: qk_attention_scratch_floats(tokens.count * group, headDim))
                        scratch.withUnsafeMutableBufferPointer { scratch in
                            partial.withUnsafeMutableBufferPointer { partial in
                                var job = qk_attention_job(
                                    q: q.baseAddress! + offset, q_stride: width, tokens: tokens.count, group: group,
                                    first_position: tokens.lowerBound, scale: scale, window: 0, soft_cap: 0,
                                    slopes: nil,
                                    slope_scale: 1, rounds_slopes: false, sinks: nil, layer: layer.baseAddress!, kv: kv,
                                    kv_head: head, block_table: table.baseAddress!, range_begin: range.lowerBound,
                                    range_end: range.upperBound, scratch: scratch.baseAddress!,
                                    partial: partial.baseAddress!, out: nil, out_stride: width)
                                body(&job, head, &out)
                            }
                        }
                    }
                }
            }
        }
        return out
    }

    /// In one range, finished by `attend` itself.
    func attend(_ tokens: Range<Int>, _ set: InstructionSet) -> [Float] {
        forEachHead(tokens, range: 0..<context) { job, head, out in
            out.withUnsafeMutableBufferPointer {
                job.out = $0.baseAddress! + head * group * headDim
                set.kernels.attend(&job)
            }
        }
    }

    /// In ranges of `size` keys, joined by `attention_merge`.
    func attend(_ tokens: Range<Int>, inRangesOf size: Int, _ set: InstructionSet) -> [Float] {
        forEachHead(tokens, range: 0..<context) { job, head, out in
            let stride = qk_partial_floats(tokens.count * group, headDim)
            let ranges = (context + size - 1) / size
            var partials = [Float](repeating: .nan, count: ranges * stride)
            partials.withUnsafeMutableBufferPointer { partials in
                for range in 0..<ranges {
                    job.range_begin = range * size
                    job.range_end = min(context, (range + 1) * size)
                    job.partial = partials.baseAddress! + range * stride
                    set.kernels.attend(&job)
                }
                out.withUnsafeMutableBufferPointer {
                    set.kernels.attention_merge(
                        partials.baseAddress!, stride, ranges, tokens.count, group, headDim, nil,
                        $0.baseAddress! + head * group * headDim, width)
                }
            }
        }
    }

    /// By the definition, in double, from what the cache holds.
    func oracle(_ token: Int) -> [Double] {
        var out = [Double](repeating: 0, count: width)
        for head in 0..<(kvHeads * group) {
            let kvHead = head / group
            let query = q[(token * kvHeads * group + head) * headDim..<(token * kvHeads * group + head + 1) * headDim]
            let scores = (0...token).map { position in
                query.enumerated().reduce(0.0) { $0 + Double($1.element) * storedKey(position, kvHead, $1.offset) }
                    * Double(scale)
            }
            let top = scores.max()!
            let weights = scores.map { exp($0 - top) }
            let sum = weights.reduce(0, +)
            for (position, weight) in weights.enumerated() {
                for d in 0..<headDim {
                    out[head * headDim + d] += weight / sum * storedValue(position, kvHead, d)
                }
            }
        }
        return out
    }
}
