import CKernels
import Testing

@Suite("Products of quantised weights with activations of 8 bits")
struct Int8MatmulTests {
    /// What the numbers of a row multiply to, in double precision, and how large the sum could be.
    func expected(_ weights: [Float], _ x: ArraySlice<qk_int8_block>) -> (Double, Double) {
        var (sum, size) = (0.0, 0.0)
        let values = x.flatMap { block in block.values.map { Double($0) * Double(block.scale) } }
        // Weights that are nearly nothing come from numbers that are not, with the others of their block.
        for start in stride(from: 0, to: weights.count, by: 32) {
            let block = start..<start + 32
            let span = max(0, start / 256 * 256)..<min(weights.count, start / 256 * 256 + 256)
            let largest = Double(weights[span].lazy.map(abs).max()!)
            for i in block {
                sum += Double(weights[i]) * values[i]
                size += largest * abs(values[i])
            }
        }
        return (sum, size)
    }

    func check(_ table: Int8Table, _ weights: QuantizedWeights, _ x: [qk_int8_block], tokens: Int, gap: Int = 0) {
        let blocks = weights.k / 32
        let y = PackedWeights(table, weights).product(x, tokens: tokens, xStride: blocks, gap: gap)
        for n in 0..<weights.rows {
            let values = weights.multiplied(n)
            for t in 0..<tokens {
                let (sum, size) = expected(values, x[t * blocks..<(t + 1) * blocks])
                // The floats' part: a few roundings for every block, at worst.
                let actual = Double(y[t * (weights.rows + gap) + n])
                #expect(abs(actual - sum) <= 1e-6 * size + 1e-44, "token \(t), row \(n): \(actual), not \(sum)")
            }
        }
        for t in 0..<tokens {
            for n in weights.rows..<weights.rows + gap { #expect(y[t * (weights.rows + gap) + n] == -77) }
        }
    }

    @Test("products agree with double precision", arguments: Int8Table.available, PackedType.all)
    func oracle(table: Int8Table, kind: PackedType) {
        var random = Random(30)
        let block = kind.block.elements
        for round in 0..<24 {
            let k = block * random.size(1...(block == 32 ? (round % 4 == 0 ? 40 : 6) : 3))
            let tokens = round < 16 ? round + 1 : random.size(1...9)
            let weights = QuantizedWeights(
                kind, rows: random.size(1...50), k: k, gap: random.size(0...3), random: &random)
            let x = table.quantize(random.floats(tokens * k, in: -3...3), tokens: tokens, k: k)
            check(table, weights, x, tokens: tokens, gap: random.size(0...2))
        }
    }

    @Test("the largest numbers of every sign do not overflow", arguments: Int8Table.available, PackedType.all)
    func extremes(table: Int8Table, kind: PackedType) {
        // Every row and every token has one pattern of extremes; 7F and 80 are the largest signed bytes.
        let bytes: [[UInt8]] = [
            [0x00], [0xFF], [0x0F], [0xF0], [0xFF, 0x00], [0x7F], [0x80], [0xFF, 0xFF, 0x00, 0x00], [0x5A], [0xAA],
        ]
        let tokenPatterns: [(Int) -> Int] = [
            { _ in 127 }, { _ in -127 }, { $0 % 2 == 0 ? 127 : -127 }, { $0 % 4 < 2 ? -127 : 127 },
            { $0 < 16 ? 127 : -127 }, { _ in 0 },
        ]
        let rows = 2 * bytes.count
        let k = 2 * kind.block.elements
        // 1, the largest f16, the smallest subnormal and zero.
        for scale: UInt16 in [0x3C00, 0x7BFF, 0x0001, 0x8001, 0x0000] {
            let weights = QuantizedWeights(kind, rows: rows, k: k) { _, _ in
                scale
            } byte: { row, index in
                // Signed codes that all equal their zero point would be nothing but what two roundings leave.
                kind.type == QK_INT8_GROUP_ZERO && index % kind.block.bytes == 4
                    ? 3 : bytes[row % bytes.count][index % bytes[row % bytes.count].count]
            }
            for xScale: Float in [1, 0x1p-126, 1e25, 0] {
                let x = tokenPatterns.flatMap { pattern in
                    (0..<k / 32).map { _ in qk_int8_block(scale: xScale, values: (0..<32).map(pattern)) }
                }
                check(table, weights, x, tokens: tokenPatterns.count)
            }
        }
    }

    @Test("no split of tokens or rows changes a bit", arguments: Int8Table.available, PackedType.all)
    func splits(table: Int8Table, kind: PackedType) {
        var random = Random(31)
        for round in 0..<16 {
            // So many tokens of so many blocks are more than one panel, so many rows more than go through k together.
            let tokens = round == 0 ? 100 : random.size(1...30)
            let block = kind.block.elements
            let k = block * (round == 0 ? 6400 / block : random.size(1...640 / block))
            let rows = round == 0 ? random.size(170...200) : random.size(1...100)
            let weights = QuantizedWeights(kind, rows: rows, k: k, random: &random)
            let packed = PackedWeights(table, weights, pieces: random.size(1...4))
            #expect(packed.bytes == PackedWeights(table, weights).bytes)
            let x = table.quantize(random.floats(tokens * k), tokens: tokens, k: k)
            let whole = bits(packed.product(x, tokens: tokens, xStride: k / 32))
            for _ in 0..<4 {
                var y = [Float](repeating: -77, count: tokens * rows)
                var token = 0
                while token < tokens {
                    let nextToken = min(tokens, token + random.size(1...14))
                    var group = 0
                    while group < packed.groups {
                        let nextGroup = min(packed.groups, group + random.size(1...4))
                        packed.multiply(
                            x, xStride: k / 32, tokens: token..<nextToken, groups: group..<nextGroup, yStride: rows,
                            into: &y)
                        group = nextGroup
                    }
                    token = nextToken
                }
                #expect(bits(y) == whole)
            }
        }
    }

    @Test("scales up to four times apart stay as they are", arguments: Int8Table.available)
    func wholeScales(table: Int8Table) {
        var random = Random(35)
        for kind in PackedType.all where kind.type == QK_Q4_0 {
            var generator = random
            let weights = QuantizedWeights(kind, rows: 20, k: 640) { _, _ in
                UInt16.random(in: 0x2400...0x2BFF, using: &generator)
            } byte: { _, _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            random = generator
            for row in 0..<weights.rows { #expect(weights.multiplied(row) == weights.values(row)) }
            check(table, weights, table.quantize(random.floats(20 * 640), tokens: 20, k: 640), tokens: 20)
        }
    }

    @Test("a row does not depend on its neighbours", arguments: Int8Table.available, PackedType.all)
    func neighbours(table: Int8Table, kind: PackedType) {
        var random = Random(32)
        let (rows, k, tokens) = (37, 5 * kind.block.elements, 13)
        let weights = QuantizedWeights(kind, rows: rows, k: k, random: &random)
        let x = table.quantize(random.floats(tokens * k), tokens: tokens, k: k)
        let whole = PackedWeights(table, weights).product(x, tokens: tokens, xStride: k / 32)
        for row in [0, 5, 15, 16, 36] {
            let y = PackedWeights(table, weights.only(row)).product(x, tokens: tokens, xStride: k / 32)
            #expect(bits(y) == bits((0..<tokens).map { whole[$0 * rows + row] }))
        }
    }

    @Test(
        "NaN and infinity stay in their own token and row", arguments: Int8Table.available,
        PackedType.all.filter { $0.exponent == nil })
    func leaks(table: Int8Table, kind: PackedType) {
        var random = Random(33)
        let (rows, k) = (21, 2 * kind.block.elements)
        for tokens in [1, 2, 5, 13] {
            for bad: UInt16 in [0x7C00, 0xFC00, 0x7E00] {
                let row = random.size(0...(rows - 1))
                let clean = QuantizedWeights(kind, rows: rows, k: k, random: &random)
                var spoilt = clean
                spoilt.setScale(bad, at: row * clean.rowStride + kind.halves[0])
                var x = random.floats(tokens * k)
                let before = PackedWeights(table, clean).product(
                    table.quantize(x, tokens: tokens, k: k), tokens: tokens, xStride: k / 32)
                let token = random.size(0...(tokens - 1))
                x[token * k + random.size(0...(k - 1))] = QuantizedWeights.widen(bad)
                let after = PackedWeights(table, spoilt).product(
                    table.quantize(x, tokens: tokens, k: k), tokens: tokens, xStride: k / 32)
                for t in 0..<tokens {
                    for n in 0..<rows {
                        let value = after[t * rows + n]
                        if t == token {
                            #expect(value.isNaN)
                        } else if n == row {
                            #expect(!value.isFinite)
                        } else {
                            #expect(value.bitPattern == before[t * rows + n].bitPattern)
                        }
                    }
                }
            }
        }
    }

    @Test("a sum over nothing is zero", arguments: Int8Table.available, PackedType.all)
    func emptySum(table: Int8Table, kind: PackedType) {
        var y: [Float] = [5, 5, 5, 5, 9]
        let x = [qk_int8_block()]
        table.kernels.matmul(kind.type, x, 0, 2, [UInt8(0)], 2, 0, 0, 1, &y, 2)
        #expect(y == [0, 0, 0, 0, 9])
    }

    @Test("tables with fused multiply-add agree bit for bit", arguments: PackedType.all)
    func tablesAgree(kind: PackedType) {
        var random = Random(34)
        let weights = QuantizedWeights(kind, rows: 45, k: 768, random: &random)
        let x = random.floats(17 * 768)
        let results = Int8Table.available.filter { $0.name != "portable" }.map { table in
            bits(PackedWeights(table, weights).product(table.quantize(x, tokens: 17, k: 768), tokens: 17, xStride: 24))
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    @Test("the table of an instruction set is there exactly where the set is", arguments: InstructionSet.allCases)
    func dispatch(set: InstructionSet) {
        let table = qk_int8_kernels_for(set.isa)
        #expect((table != nil) == qk_isa_available(set.isa))
        if let table {
            #expect(String(cString: table.pointee.name).hasPrefix(set.rawValue))
        }
        #expect(qk_int8_kernels_named("none") == nil)
    }
}
