import CKernels
import Foundation
import Testing

@Suite("Paged attention")
struct AttentionTests {
    static let shapes: [(kvHeads: Int, group: Int, headDim: Int, blockSize: Int)] = [
        (2, 1, 64, 16), (2, 8, 64, 16), (1, 3, 48, 8), (3, 2, 80, 24), (1, 4, 128, 32), (2, 2, 8, 16), (1, 1, 5, 40),
        (2, 7, 20, 8), (1, 5, 100, 256), (1, 2, 16, 48),
    ]

    static let situations: [(set: InstructionSet, type: CacheType)] = InstructionSet.available.flatMap { set in
        CacheType.allCases.map { (set, $0) }
    }

    static func sequence(
        _ shape: Int, context: Int, _ type: CacheType, set: InstructionSet, random: inout Random
    ) -> PagedSequence {
        let s = shapes[shape]
        return PagedSequence(
            kvHeads: s.kvHeads, group: s.group, headDim: s.headDim, blockSize: s.blockSize, context: context,
            type: type, set: set, random: &random)
    }

    @Test("numbers are rounded as their type says, wherever they lie", arguments: situations)
    func rounding(set: InstructionSet, type: CacheType) {
        var random = Random(19)
        for shape in Self.shapes.indices {
            let s = Self.sequence(shape, context: 30, type, set: set, random: &random)
            for (position, head) in [(0, 0), (7, s.kvHeads - 1), (29, 0)] {
                let row = (position * s.kvHeads + head) * s.headDim
                let (k, v) = (Array(s.k[row..<row + s.headDim]), Array(s.v[row..<row + s.headDim]))
                let keys = (0..<s.headDim).map { s.storedKey(position, head, $0) }
                let values = (0..<s.headDim).map { s.storedValue(position, head, $0) }
                #expect(keys == Self.rounded(k, type) && values == Self.rounded(v, type))
            }
        }
    }

    /// By the type's definition; normal numbers only.
    static func rounded(_ x: [Float], _ type: CacheType) -> [Double] {
        func kept(_ x: Float, bits: Int) -> Double {
            let step = Double(sign: .plus, exponent: Int(x.exponent) - bits + 1, significand: 1)
            return (Double(x) / step).rounded(.toNearestOrEven) * step
        }
        switch type {
        case .float32: return x.map(Double.init)
        case .bfloat16: return x.map { kept($0, bits: 8) }
        case .float16: return x.map { Double(Float16($0)) }
        case .int8:
            let scale = x.map(abs).max()! / 127
            return x.map { Double(($0 / scale).rounded(.toNearestOrEven)) * Double(scale) }
        }
    }

    @Test(
        "int8 holds zeros where the scale would be too small, NaN where a number is none",
        arguments: InstructionSet.available)
    func scales(set: InstructionSet) {
        func key(_ numbers: [Float]) -> (scale: Float, numbers: [Int8]) {
            var kv = qk_kv_layout(
                type: QK_KV_INT8, heads: 1, head_dim: numbers.count, block_size: 8, value_dim: numbers.count,
                latent: false)
            let floats = [Float](repeating: .nan, count: qk_kv_block_bytes(&kv) / 4)
            var block = floats
            return block.withUnsafeMutableBytes { block in
                set.kernels.kv_append(block.baseAddress!, &kv, 5, numbers, numbers)
                return (
                    block.load(fromByteOffset: qk_key_scale_offset(&kv, 0, 5), as: Float.self),
                    numbers.indices.map { block.load(fromByteOffset: qk_key_offset(&kv, 0, $0, 5), as: Int8.self) }
                )
            }
        }
        #expect(key([0, -0, 0]) == (0, [0, 0, 0]))
        #expect(key([1e-38, -0x1p-133, 0]) == (0, [0, 0, 0]))
        #expect(key([127, -126.5, 125.5, -0.5]) == (1, [127, -126, 126, 0]))
        #expect(key([.greatestFiniteMagnitude, -.greatestFiniteMagnitude]).numbers == [127, -127])
        for bad in [Float.nan, .infinity, -.infinity] { #expect(key([1, bad, 2]).scale.isNaN) }
    }

    @Test(
        "attention agrees with double precision, unused slots full of NaN",
        arguments: situations, shapes.indices)
    func oracle(situation: (set: InstructionSet, type: CacheType), shape: Int) {
        let (set, type) = situation
        var random = Random(20)
        for context in [1, 2, 7, 17, 64, 65, 130, 200] {
            let sequence = Self.sequence(shape, context: context, type, set: set, random: &random)
            let out = sequence.attend(0..<context, set)
            for token in Set([0, context / 2, context - 1]) {
                let row = Array(out[token * sequence.width..<(token + 1) * sequence.width])
                let isClose = close(row, sequence.oracle(token), within: 2e-6)
                #expect(isClose)
            }
        }
    }

    @Test(
        "a token's result is the same alone and in every chunk of a prompt",
        arguments: situations, shapes.indices)
    func chunks(situation: (set: InstructionSet, type: CacheType), shape: Int) {
        let (set, type) = situation
        var random = Random(21)
        for context in [5, 16, 63, 150] {
            let sequence = Self.sequence(shape, context: context, type, set: set, random: &random)
            let whole = bits(sequence.attend(0..<context, set))
            for longest in [1, 3, 9, 70] {
                var pieces: [Float] = []
                var token = 0
                while token < context {
                    let next = min(context, token + (longest == 1 ? 1 : random.size(1...longest)))
                    pieces += sequence.attend(token..<next, set)
                    token = next
                }
                #expect(bits(pieces) == whole)
            }
        }
    }

    @Test("the block size changes no bit", arguments: situations)
    func blockSizes(set: InstructionSet, type: CacheType) {
        var random = Random(22)
        let results = [8, 16, 24, 32, 40, 64, 128, 256].map { blockSize in
            let sequence = PagedSequence(
                kvHeads: 2, group: 3, headDim: 40, blockSize: blockSize, context: 170, type: type, set: set,
                random: &random, data: 99)
            return bits(sequence.attend(0..<170, set))
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test(
        "ranges join to the right answer, alone and in a tile alike",
        arguments: situations, shapes.indices)
    func ranges(situation: (set: InstructionSet, type: CacheType), shape: Int) {
        let (set, type) = situation
        var random = Random(23)
        for context in [30, 150, 300] {
            let sequence = Self.sequence(shape, context: context, type, set: set, random: &random)
            for size in [sequence.blockSize * 2, sequence.blockSize * 5] {
                let first = context / 3
                let whole = sequence.attend(first..<context, inRangesOf: size, set)
                for token in [first, context - 1] {
                    let row = (token - first) * sequence.width
                    let part = Array(whole[row..<row + sequence.width])
                    let isClose = close(part, sequence.oracle(token), within: 2e-6)
                    #expect(isClose)
                    #expect(bits(sequence.attend(token..<token + 1, inRangesOf: size, set)) == bits(part))
                }
            }
            // One range that holds everything is no range at all.
            let one = sequence.attend(0..<context, inRangesOf: 512, set)
            #expect(bits(one) == bits(sequence.attend(0..<context, set)))
        }
    }

    @Test("what stands in a slot that a token does not see cannot matter", arguments: situations)
    func garbage(set: InstructionSet, type: CacheType) {
        var random = Random(24)
        for (shape, s) in Self.shapes.enumerated() {
            var sequence = Self.sequence(shape, context: 100, type, set: set, random: &random)
            let tokens = 60..<75
            let before = bits(sequence.attend(tokens, set))
            // Later tokens of the same sequence, some in the very same blocks: all bits set is NaN, and so is int8's scale.
            for position in 75..<100 {
                for head in 0..<s.kvHeads {
                    let block = sequence.block(of: position)
                    let slot = position % s.blockSize
                    var places = [
                        block + sequence.offset { qk_key_scale_offset($0, head, slot) },
                        block + sequence.offset { qk_value_scale_offset($0, head, slot) },
                    ]
                    if type != .int8 { places = [] }
                    for d in 0..<s.headDim {
                        places += [sequence.keyOffset(position, head, d), sequence.valueOffset(position, head, d)]
                    }
                    let bytes = qk_kv_element_bytes(sequence.kv.type)
                    for (index, place) in places.enumerated() {
                        let count = type == .int8 && index < 2 ? 4 : bytes
                        for byte in place..<place + count { sequence.layer[byte] = 0xff }
                    }
                }
            }
            #expect(bits(sequence.attend(tokens, set)) == before)
        }
    }

    @Test("NaN in one query, key or value stays with those who see it", arguments: situations)
    func leaks(set: InstructionSet, type: CacheType) {
        var random = Random(25)
        let sequence = PagedSequence(
            kvHeads: 1, group: 1, headDim: 32, blockSize: 16, context: 40, type: type, set: set, random: &random,
            data: 7)
        let clean = sequence.attend(0..<40, set)
        var dirty = sequence
        // An int8 has no NaN: its scale is the whole value's.
        let scale = dirty.block(of: 20) + dirty.offset { qk_value_scale_offset($0, 0, 4) }
        let place = type == .int8 ? scale..<scale + 4 : dirty.valueOffset(20, 0, 3)..<dirty.valueOffset(20, 0, 4)
        for byte in place { dirty.layer[byte] = 0xff }
        let out = dirty.attend(0..<40, set)
        #expect(bits(out[..<(20 * 32)]) == bits(clean[..<(20 * 32)]))
        for token in 20..<40 { #expect(out[token * 32 + 3].isNaN && out[token * 32 + 4].isNaN == (type == .int8)) }
    }

    @Test("large scores do not overflow and forbidden keys weigh nothing", arguments: InstructionSet.available)
    func extremes(set: InstructionSet) {
        // One key far above the rest takes everything; the scores themselves are near 1e4.
        let (headDim, blockSize) = (16, 16)
        var kv = qk_kv_layout(
            type: QK_KV_F32, heads: 1, head_dim: headDim, block_size: blockSize, value_dim: headDim, latent: false)
        var layer = [Float](repeating: 0, count: qk_kv_block_bytes(&kv) / 4)
        for slot in 0..<4 {
            let k = [Float](repeating: slot == 2 ? 100 : -100, count: headDim)
            let v = [Float](repeating: Float(slot + 1), count: headDim)
            set.kernels.kv_append(&layer, &kv, slot, k, v)
        }
        let q = [Float](repeating: 25, count: headDim)
        let table: [Int32] = [0]
        var partial = [Float](repeating: .nan, count: qk_partial_floats(1, headDim))
        var scratch = [Float](repeating: .nan, count: qk_attention_scratch_floats(1, headDim))
        var out = [Float](repeating: .nan, count: headDim)
        q.withUnsafeBufferPointer { q in
            table.withUnsafeBufferPointer { table in
                layer.withUnsafeBufferPointer { layer in
                    scratch.withUnsafeMutableBufferPointer { scratch in
                        partial.withUnsafeMutableBufferPointer { partial in
                            out.withUnsafeMutableBufferPointer { out in
                                var job = qk_attention_job(
                                    q: q.baseAddress!, q_stride: headDim, tokens: 1, group: 1, first_position: 3,
                                    scale: 0.25, window: 0, soft_cap: 0, slopes: nil, slope_scale: 1,
                                    rounds_slopes: false, sinks: nil,
                                    layer: layer.baseAddress!, kv: kv, kv_head: 0,
                                    block_table: table.baseAddress!, range_begin: 0, range_end: 4,
                                    scratch: scratch.baseAddress!, partial: partial.baseAddress!,
                                    out: out.baseAddress!, out_stride: headDim)
                                set.kernels.attend(&job)
                            }
                        }
                    }
                }
            }
        }
        #expect(out == [Float](repeating: 3, count: headDim))
    }

    @Test("blocks hold multiples of eight tokens")
    func supportedBlockSizes() {
        #expect([8, 16, 24, 256].allSatisfy { qk_block_size_supported($0) })
        #expect([-8, 0, 1, 4, 12, 20].allSatisfy { !qk_block_size_supported($0) })
    }
}
