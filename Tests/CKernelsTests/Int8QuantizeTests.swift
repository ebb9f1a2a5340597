import CKernels
import Testing

@Suite("Activations of 8 bits")
struct Int8QuantizeTests {
    /// The definition, in scalar arithmetic.
    func expected(_ x: ArraySlice<Float>) -> qk_int8_block {
        if x.contains(where: { !$0.isFinite }) { return qk_int8_block(scale: .nan, values: x.map { _ in 0 }) }
        let scale = x.map(abs).max()! / 127
        if scale < .leastNormalMagnitude { return qk_int8_block(scale: 0, values: x.map { _ in 0 }) }
        let inverse = 1 / scale
        return qk_int8_block(scale: scale, values: x.map { Int(($0 * inverse).rounded(.toNearestOrEven)) })
    }

    func same(_ a: qk_int8_block, _ b: qk_int8_block) -> Bool {
        a.values == b.values && a.minus_8 == b.minus_8 && a.halves == b.halves
            && (a.scale == b.scale && a.sum == b.sum || a.scale.isNaN && b.scale.isNaN && a.sum.isNaN && b.sum.isNaN)
    }

    func check(_ table: Int8Table, _ x: [Float]) {
        let blocks = table.quantize(x, tokens: 1, k: x.count)
        for (b, block) in blocks.enumerated() {
            #expect(same(block, expected(x[b * 32..<(b + 1) * 32])))
            #expect(block.values.allSatisfy { abs($0) <= 127 })
        }
    }

    @Test("blocks are rounded as their definition says", arguments: Int8Table.available)
    func definition(table: Int8Table) {
        var random = Random(40)
        for exponent in stride(from: -149, through: 127, by: 3) {
            let size = Float(sign: .plus, exponent: exponent, significand: 1)
            check(table, random.floats(160).map { $0 * size })
        }
    }

    @Test("halves go to the even number", arguments: Int8Table.available)
    func ties(table: Int8Table) {
        // A largest number of 127 makes the scale 1.
        var x = (0..<32).map { Float($0) - 15.5 }
        x[0] = 127
        let block = table.quantize(x, tokens: 1, k: 32)[0]
        #expect(block.scale == 1)
        #expect(
            Array(block.values[1...]) == [-14, -14, -12, -12, -10, -10, -8, -8, -6, -6, -4, -4, -2, -2, 0]
                + [0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14, 16])
    }

    @Test("zeros, subnormals and what is not finite", arguments: Int8Table.available)
    func specials(table: Int8Table) {
        let zero = [Float](repeating: 0, count: 32)
        for special: Float in [
            0, -0, 0x1p-149, -0x1p-127, 0x1p-126, 127 * 0x1p-126, -126.99999 * 0x1p-126, .greatestFiniteMagnitude,
            .infinity, -.infinity, .nan, -.nan,
        ] {
            for place in [0, 7, 31] {
                var x = zero
                x[place] = special
                check(table, x + zero)
                x = (0..<32).map { Float($0) }
                x[place] = special
                check(table, x + x)
            }
        }
    }

    @Test("strides apart, rows are as they are alone", arguments: Int8Table.available)
    func strides(table: Int8Table) {
        var random = Random(41)
        let (tokens, k, xStride, outStride) = (5, 96, 101, 4)
        let x = random.floats((tokens - 1) * xStride + k)
        let guardBlock = qk_int8_block(scale: -77, values: (0..<32).map { $0 })
        var out = [qk_int8_block](repeating: guardBlock, count: tokens * outStride)
        table.kernels.quantize_activations(x, xStride, tokens, k, &out, outStride)
        for t in 0..<tokens {
            let alone = table.quantize(Array(x[t * xStride..<t * xStride + k]), tokens: 1, k: k)
            for b in 0..<3 { #expect(same(out[t * outStride + b], alone[b])) }
            #expect(same(out[t * outStride + 3], guardBlock))
        }
    }
}
