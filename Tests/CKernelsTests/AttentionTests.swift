import CKernels
import Foundation
import Testing

/// One sequence in a paged cache whose blocks lie in random order; slots that no token uses hold NaN.
struct PagedSequence {
    let kvHeads, group, headDim, blockSize, context: Int
    let k, v, q: [Float]  // k, v [context, kvHeads, headDim]; q [context, kvHeads * group, headDim]
    var table: [Int32] = []
    var layer: [Float] = []

    var blockFloats: Int { qk_block_floats(kvHeads, headDim, blockSize) }
    var width: Int { kvHeads * group * headDim }
    var scale: Float { 1 / Float(headDim).squareRoot() }

    init(
        kvHeads: Int, group: Int, headDim: Int, blockSize: Int, context: Int, set: InstructionSet,
        random: inout Random, data: UInt64? = nil
    ) {
        (self.kvHeads, self.group, self.headDim) = (kvHeads, group, headDim)
        (self.blockSize, self.context) = (blockSize, context)
        var source = Random(data ?? random.next())
        k = source.floats(context * kvHeads * headDim, in: -2...2)
        v = source.floats(context * kvHeads * headDim)
        q = source.floats(context * kvHeads * group * headDim, in: -2...2)
        let blocks = (context + blockSize - 1) / blockSize
        table = (0..<Int32(blocks + 2)).shuffled(using: &random).prefix(blocks).map { $0 }
        layer = [Float](repeating: .nan, count: (blocks + 2) * blockFloats)
        for position in 0..<context { append(position, set) }
    }

    private mutating func append(_ position: Int, _ set: InstructionSet) {
        let row = position * kvHeads * headDim
        let block = Int(table[position / blockSize]) * blockFloats
        let slot = position % blockSize
        let (kvHeads, headDim, blockSize) = (kvHeads, headDim, blockSize)
        k.withUnsafeBufferPointer { k in
            v.withUnsafeBufferPointer { v in
                layer.withUnsafeMutableBufferPointer {
                    set.kernels.kv_append(
                        $0.baseAddress! + block, kvHeads, headDim, blockSize, slot, k.baseAddress! + row,
                        v.baseAddress! + row)
                }
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
                layer.withUnsafeBufferPointer { layer in
                    table.withUnsafeBufferPointer { table in
                        let offset = tokens.lowerBound * width + head * group * headDim
                        var partial = [Float](
                            repeating: .nan, count: qk_partial_floats(tokens.count * group, headDim))
                        partial.withUnsafeMutableBufferPointer { partial in
                            var job = qk_attention_job(
                                q: q.baseAddress! + offset, q_stride: width, tokens: tokens.count, group: group,
                                head_dim: headDim, first_position: tokens.lowerBound, scale: scale,
                                layer: layer.baseAddress!, block_stride: blockFloats, kv_heads: kvHeads, kv_head: head,
                                block_table: table.baseAddress!, block_size: blockSize, range_begin: range.lowerBound,
                                range_end: range.upperBound, partial: partial.baseAddress!, out: nil, out_stride: width)
                            body(&job, head, &out)
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
                        partials.baseAddress!, stride, ranges, tokens.count, group, headDim,
                        $0.baseAddress! + head * group * headDim, width)
                }
            }
        }
    }

    /// By the definition, in double.
    func oracle(_ token: Int) -> [Double] {
        var out = [Double](repeating: 0, count: width)
        for head in 0..<(kvHeads * group) {
            let kvHead = head / group
            let query = q[(token * kvHeads * group + head) * headDim..<(token * kvHeads * group + head + 1) * headDim]
            let scores = (0...token).map { position in
                let key = k[(position * kvHeads + kvHead) * headDim..<(position * kvHeads + kvHead + 1) * headDim]
                return zip(query, key).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * Double(scale)
            }
            let top = scores.max()!
            let weights = scores.map { exp($0 - top) }
            let sum = weights.reduce(0, +)
            for (position, weight) in weights.enumerated() {
                for d in 0..<headDim {
                    out[head * headDim + d] += weight / sum * Double(v[(position * kvHeads + kvHead) * headDim + d])
                }
            }
        }
        return out
    }
}

@Suite("Paged attention")
struct AttentionTests {
    static let shapes: [(kvHeads: Int, group: Int, headDim: Int, blockSize: Int)] = [
        (2, 1, 64, 16), (2, 8, 64, 16), (1, 3, 48, 8), (3, 2, 80, 24), (1, 4, 128, 32), (2, 2, 8, 16), (1, 1, 5, 40),
        (2, 7, 20, 8), (1, 5, 100, 256), (1, 2, 16, 48),
    ]

    static func sequence(_ shape: Int, context: Int, set: InstructionSet, random: inout Random) -> PagedSequence {
        let s = shapes[shape]
        return PagedSequence(
            kvHeads: s.kvHeads, group: s.group, headDim: s.headDim, blockSize: s.blockSize, context: context, set: set,
            random: &random)
    }

    @Test(
        "attention agrees with double precision, unused slots full of NaN",
        arguments: InstructionSet.available, shapes.indices)
    func oracle(set: InstructionSet, shape: Int) {
        var random = Random(20)
        for context in [1, 2, 7, 17, 64, 65, 130, 200] {
            let sequence = Self.sequence(shape, context: context, set: set, random: &random)
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
        arguments: InstructionSet.available, shapes.indices)
    func chunks(set: InstructionSet, shape: Int) {
        var random = Random(21)
        for context in [5, 16, 63, 150] {
            let sequence = Self.sequence(shape, context: context, set: set, random: &random)
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

    @Test("the block size changes no bit", arguments: InstructionSet.available)
    func blockSizes(set: InstructionSet) {
        var random = Random(22)
        let results = [8, 16, 24, 32, 40, 64, 128, 256].map { blockSize in
            let sequence = PagedSequence(
                kvHeads: 2, group: 3, headDim: 40, blockSize: blockSize, context: 170, set: set, random: &random,
                data: 99)
            return bits(sequence.attend(0..<170, set))
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test(
        "ranges join to the right answer, alone and in a tile alike",
        arguments: InstructionSet.available, shapes.indices)
    func ranges(set: InstructionSet, shape: Int) {
        var random = Random(23)
        for context in [30, 150, 300] {
            let sequence = Self.sequence(shape, context: context, set: set, random: &random)
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

    @Test("what stands in a slot that a token does not see cannot matter", arguments: InstructionSet.available)
    func garbage(set: InstructionSet) {
        var random = Random(24)
        for (shape, s) in Self.shapes.enumerated() {
            var sequence = Self.sequence(shape, context: 100, set: set, random: &random)
            let tokens = 60..<75
            let before = bits(sequence.attend(tokens, set))
            // Later tokens of the same sequence, some in the very same blocks.
            for position in 75..<100 {
                let block = Int(sequence.table[position / s.blockSize]) * sequence.blockFloats
                for head in 0..<s.kvHeads {
                    for d in 0..<s.headDim {
                        let slot = position % s.blockSize
                        let key = block + qk_key_offset(s.headDim, s.blockSize, head, d, slot)
                        let value = block + qk_value_offset(s.kvHeads, s.headDim, s.blockSize, head, slot) + d
                        sequence.layer[key] = [.nan, .infinity, -.infinity].randomElement(using: &random)!
                        sequence.layer[value] = .nan
                    }
                }
            }
            #expect(bits(sequence.attend(tokens, set)) == before)
        }
    }

    @Test("NaN in one query, key or value stays with those who see it", arguments: InstructionSet.available)
    func leaks(set: InstructionSet) {
        var random = Random(25)
        let sequence = PagedSequence(
            kvHeads: 1, group: 1, headDim: 32, blockSize: 16, context: 40, set: set, random: &random, data: 7)
        let clean = sequence.attend(0..<40, set)
        var dirty = sequence
        let block = Int(dirty.table[20 / 16]) * dirty.blockFloats
        dirty.layer[block + qk_value_offset(1, 32, 16, 0, 20 % 16) + 3] = .nan
        let out = dirty.attend(0..<40, set)
        #expect(bits(out[..<(20 * 32)]) == bits(clean[..<(20 * 32)]))
        for token in 20..<40 { #expect(out[token * 32 + 3].isNaN && !out[token * 32 + 4].isNaN) }
    }

    @Test("large scores do not overflow and forbidden keys weigh nothing", arguments: InstructionSet.available)
    func extremes(set: InstructionSet) {
        // One key far above the rest takes everything; the scores themselves are near 1e4.
        let (headDim, blockSize) = (16, 16)
        var layer = [Float](repeating: 0, count: qk_block_floats(1, headDim, blockSize))
        for slot in 0..<4 {
            let k = [Float](repeating: slot == 2 ? 100 : -100, count: headDim)
            let v = [Float](repeating: Float(slot + 1), count: headDim)
            set.kernels.kv_append(&layer, 1, headDim, blockSize, slot, k, v)
        }
        let q = [Float](repeating: 25, count: headDim)
        let table: [Int32] = [0]
        var partial = [Float](repeating: .nan, count: qk_partial_floats(1, headDim))
        var out = [Float](repeating: .nan, count: headDim)
        q.withUnsafeBufferPointer { q in
            table.withUnsafeBufferPointer { table in
                layer.withUnsafeBufferPointer { layer in
                    partial.withUnsafeMutableBufferPointer { partial in
                        out.withUnsafeMutableBufferPointer { out in
                            var job = qk_attention_job(
                                q: q.baseAddress!, q_stride: headDim, tokens: 1, group: 1, head_dim: headDim,
                                first_position: 3, scale: 0.25, layer: layer.baseAddress!, block_stride: layer.count,
                                kv_heads: 1, kv_head: 0, block_table: table.baseAddress!, block_size: blockSize,
                                range_begin: 0, range_end: 4, partial: partial.baseAddress!, out: out.baseAddress!,
                                out_stride: headDim)
                            set.kernels.attend(&job)
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
