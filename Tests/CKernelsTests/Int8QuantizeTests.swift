import CKernels
import Testing

@Suite("Activations of 8 bits")
struct Int8QuantizeTests {
    /// The definition, in scalar arithmetic, of up to 8 blocks.
    func expected(_ span: ArraySlice<Float>) -> [qk_int8_block] {
        let finite = span.allSatisfy(\.isFinite)
        let scale = finite ? span.map(abs).max()! / 127 : .nan
        let usable = scale >= .leastNormalMagnitude
        return stride(from: span.startIndex, to: span.endIndex, by: 32).map { start in
            let values = span[start..<start + 32].map { x in
                usable ? Int((x * (1 / scale)).rounded(.toNearestOrEven)) : 0
            }
            return qk_int8_block(scale: usable || !finite ? scale : 0, values: values)
        }
    }

    func same(_ a: qk_int8_block, _ b: qk_int8_block) -> Bool {
        a.values == b.values && a.minus_8 == b.minus_8 && a.halves == b.halves
            && (a.scale == b.scale || a.scale.isNaN && b.scale.isNaN)
    }

    func check(_ table: Int8Table, _ x: [Float]) {
        let blocks = table.quantize(x, tokens: 1, k: x.count)
        for start in stride(from: 0, to: x.count, by: 256) {
            for (b, block) in expected(x[start..<min(start + 256, x.count)]).enumerated() {
                #expect(same(blocks[start / 32 + b], block))
            }
        }
        for (b, block) in blocks.enumerated() {
            let next = b + 1 < blocks.count ? blocks[b + 1].minus_8 : 0
            let pair = b % 2 == 0 ? (Int16(block.minus_8), Int16(next)) : (0, 0)
            #expect(block.minus_8_pair == pair)
        }
        #expect(blocks.allSatisfy { $0.values.allSatisfy { abs($0) <= 127 } })
    }

    @Test("spans are rounded as their definition says", arguments: Int8Table.available)
    func definition(table: Int8Table) {
        var random = Random(40)
        for exponent in stride(from: -149, through: 127, by: 3) {
            let size = Float(sign: .plus, exponent: exponent, significand: 1)
            check(table, random.floats(32 * random.size(1...20)).map { $0 * size })
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
