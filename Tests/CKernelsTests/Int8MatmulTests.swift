import CKernels
import Testing

@Suite("Products with weights of 4 and 8 bits")
struct Int8MatmulTests {
    typealias Kind = QuantizedWeights.Kind

    /// What quantised numbers multiply to, in exact integers and double precision, and the sum of the magnitudes.
    func expected(_ weights: QuantizedWeights, _ row: Int, _ x: ArraySlice<qk_int8_block>) -> (Double, Double) {
        var (sum, magnitude) = (0.0, 0.0)
        for (b, block) in x.enumerated() {
            let at = row * x.count + b
            let quants = weights.quants[at * QuantizedWeights.block..<(at + 1) * QuantizedWeights.block]
            let dot = zip(quants, block.values).reduce(0) { $0 + $1.0 * $1.1 }
            let product = Double(dot) * Double(weights.scales[at]) * Double(block.scale)
            sum += product
            magnitude += abs(product)
        }
        return (sum, magnitude)
    }

    func check(_ table: Int8Table, _ weights: QuantizedWeights, _ x: [qk_int8_block], tokens: Int, gap: Int = 0) {
        let blocks = weights.k / QuantizedWeights.block
        let y = PackedWeights(table, weights).product(x, tokens: tokens, xStride: blocks, gap: gap)
        for t in 0..<tokens {
            for n in 0..<weights.rows {
                let (sum, magnitude) = expected(weights, n, x[t * blocks..<(t + 1) * blocks])
                // The floats' part: a rounding for every block, at worst.
                let actual = Double(y[t * (weights.rows + gap) + n])
                #expect(abs(actual - sum) <= 1e-6 * magnitude + 1e-44, "token \(t), row \(n): \(actual), not \(sum)")
            }
            for n in weights.rows..<weights.rows + gap { #expect(y[t * (weights.rows + gap) + n] == -77) }
        }
    }

    @Test("products agree with double precision", arguments: Int8Table.available, Kind.allCases)
    func oracle(table: Int8Table, kind: Kind) {
        var random = Random(30)
        for round in 0..<40 {
            let k = 32 * random.size(1...(round % 4 == 0 ? 40 : 6))
            let tokens = round < 26 ? round + 1 : random.size(1...9)
            let weights = QuantizedWeights(
                kind, rows: random.size(1...50), k: k, gap: random.size(0...3), random: &random)
            let x = table.quantize(random.floats(tokens * k, in: -3...3), tokens: tokens, k: k)
            check(table, weights, x, tokens: tokens, gap: random.size(0...2))
        }
    }

    @Test("the largest numbers of every sign do not overflow", arguments: Int8Table.available, Kind.allCases)
    func extremes(table: Int8Table, kind: Kind) {
        let low = kind.range.lowerBound
        let high = kind.range.upperBound
        // Every row and every token has one pattern of extremes.
        let weightPatterns: [(Int) -> Int] = [
            { _ in low }, { _ in high }, { $0 % 2 == 0 ? low : high }, { $0 % 4 < 2 ? low : high },
            { $0 % 8 < 4 ? high : low }, { $0 < 16 ? low : high }, { _ in 0 },
        ]
        let tokenPatterns: [(Int) -> Int] = [
            { _ in 127 }, { _ in -127 }, { $0 % 2 == 0 ? 127 : -127 }, { $0 % 4 < 2 ? -127 : 127 },
            { $0 < 16 ? 127 : -127 }, { _ in 0 },
        ]
        let rows = 3 * weightPatterns.count
        for k in [32, 96] {
            // 1, the largest f16, the smallest subnormal and zero.
            for scale: UInt16 in [0x3C00, 0x7BFF, 0x0001, 0x8001, 0x0000] {
                let weights = QuantizedWeights(kind, rows: rows, k: k) { _, _ in
                    scale
                } quant: { row, k in
                    weightPatterns[row % weightPatterns.count](k % 32)
                }
                for xScale: Float in [1, 0x1p-126, 1e25, 0] {
                    let x = tokenPatterns.flatMap { pattern in
                        (0..<k / 32).map { _ in qk_int8_block(scale: xScale, values: (0..<32).map(pattern)) }
                    }
                    check(table, weights, x, tokens: tokenPatterns.count)
                }
            }
        }
    }

    @Test("no split of tokens or rows changes a bit", arguments: Int8Table.available, Kind.allCases)
    func splits(table: Int8Table, kind: Kind) {
        var random = Random(31)
        for round in 0..<16 {
            // So many tokens of so many blocks are more than one panel.
            let tokens = round == 0 ? 50 : random.size(1...30)
            let k = 32 * (round == 0 ? 200 : random.size(1...20))
            let rows = random.size(1...100)
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

    @Test("a row does not depend on its neighbours", arguments: Int8Table.available, Kind.allCases)
    func neighbours(table: Int8Table, kind: Kind) {
        var random = Random(32)
        let (rows, k, tokens) = (37, 160, 13)
        let weights = QuantizedWeights(kind, rows: rows, k: k, random: &random)
        let x = table.quantize(random.floats(tokens * k), tokens: tokens, k: k)
        let whole = PackedWeights(table, weights).product(x, tokens: tokens, xStride: 5)
        for row in [0, 5, 15, 16, 36] {
            let alone = QuantizedWeights(kind, rows: 1, k: k) { _, block in
                let at = row * weights.rowStride + block * kind.blockBytes
                return UInt16(weights.bytes[at]) | UInt16(weights.bytes[at + 1]) << 8
            } quant: { _, i in
                weights.quants[row * k + i]
            }
            let y = PackedWeights(table, alone).product(x, tokens: tokens, xStride: 5)
            #expect(bits(y) == bits((0..<tokens).map { whole[$0 * rows + row] }))
        }
    }

    @Test("NaN and infinity stay in their own token and row", arguments: Int8Table.available, Kind.allCases)
    func leaks(table: Int8Table, kind: Kind) {
        var random = Random(33)
        let (rows, k) = (21, 64)
        for tokens in [1, 2, 5, 13] {
            for bad: UInt16 in [0x7C00, 0xFC00, 0x7E00] {
                let row = random.size(0...(rows - 1))
                let clean = QuantizedWeights(kind, rows: rows, k: k, random: &random)
                var spoilt = clean
                spoilt.bytes[row * clean.rowStride] = UInt8(bad & 0xFF)
                spoilt.bytes[row * clean.rowStride + 1] = UInt8(bad >> 8)
                var x = random.floats(tokens * k)
                let before = PackedWeights(table, clean).product(
                    table.quantize(x, tokens: tokens, k: k), tokens: tokens, xStride: 2)
                let token = random.size(0...(tokens - 1))
                x[token * k + random.size(0...(k - 1))] = QuantizedWeights.widen(bad)
                let after = PackedWeights(table, spoilt).product(
                    table.quantize(x, tokens: tokens, k: k), tokens: tokens, xStride: 2)
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

    @Test("a sum over nothing is zero", arguments: Int8Table.available)
    func emptySum(table: Int8Table) {
        var y: [Float] = [5, 5, 5, 5, 9]
        let x = [qk_int8_block()]
        table.kernels.matmul_q4(x, 0, 2, [UInt8(0)], 2, 0, 0, 1, &y, 2)
        #expect(y == [0, 0, 0, 0, 9])
        y = [5, 5, 5, 5, 9]
        table.kernels.matmul_q8(x, 0, 2, [UInt8(0)], 2, 0, 0, 1, &y, 2)
        #expect(y == [0, 0, 0, 0, 9])
    }

    @Test("tables with fused multiply-add agree bit for bit", arguments: Kind.allCases)
    func tablesAgree(kind: Kind) {
        var random = Random(34)
        let weights = QuantizedWeights(kind, rows: 45, k: 224, random: &random)
        let x = random.floats(17 * 224)
        let results = Int8Table.available.filter { $0.name != "portable" }.map { table in
            bits(PackedWeights(table, weights).product(table.quantize(x, tokens: 17, k: 224), tokens: 17, xStride: 7))
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
