import CKernels
import Testing

/// Weights [rows, k] of one of the three types, with `stride` elements between rows.
struct Weights {
    enum Kind: CaseIterable { case f32, bf16, f16 }

    let kind: Kind
    let stride: Int
    var bytes: [UInt8] = []
    /// What the kernel should see.
    var values: [Float] = []

    init(_ kind: Kind, _ values: [Float], stride: Int) {
        self.kind = kind
        self.stride = stride
        let kernels = InstructionSet.portable.kernels
        var halves = [UInt16](repeating: 0, count: values.count)
        self.values = values
        switch kind {
        case .f32:
            bytes = values.withUnsafeBytes(Array.init)
        case .bf16:
            kernels.narrow_bf16(values, values.count, &halves)
            kernels.widen_bf16(halves, halves.count, &self.values)
            bytes = halves.withUnsafeBytes(Array.init)
        case .f16:
            kernels.narrow_f16(values, values.count, &halves)
            kernels.widen_f16(halves, halves.count, &self.values)
            bytes = halves.withUnsafeBytes(Array.init)
        }
    }

    /// y [tokens, rows] for a range of tokens and of rows; the rest of y stays as it is.
    func multiply(
        _ set: InstructionSet, _ x: [Float], xStride: Int, tokens: Range<Int>, k: Int, rows: Range<Int>, yStride: Int,
        into y: inout [Float]
    ) {
        let kernel =
            switch kind {
            case .f32: set.kernels.matmul_f32
            case .bf16: set.kernels.matmul_bf16
            case .f16: set.kernels.matmul_f16
            }
        bytes.withUnsafeBytes { w in
            x.withUnsafeBufferPointer { x in
                y.withUnsafeMutableBufferPointer { y in
                    kernel(
                        x.baseAddress! + tokens.lowerBound * xStride, xStride, tokens.count, w.baseAddress!, stride, k,
                        rows.lowerBound, rows.upperBound, y.baseAddress! + tokens.lowerBound * yStride, yStride)
                }
            }
        }
    }
}

@Suite("Matrix products")
struct MatmulTests {
    struct Case {
        let x: [Float]
        let weights: Weights
        let tokens, rows, k, xStride, yStride: Int

        init(_ kind: Weights.Kind, tokens: Int, rows: Int, k: Int, gap: Int, random: inout Random) {
            (self.tokens, self.rows, self.k) = (tokens, rows, k)
            (xStride, yStride) = (k + gap, rows + gap)
            // The last row ends where the memory ends.
            x = random.floats((tokens - 1) * xStride + k)
            weights = Weights(kind, random.floats((rows - 1) * (k + gap) + k), stride: k + gap)
        }

        var empty: [Float] { [Float](repeating: -77, count: tokens * yStride) }

        func whole(_ set: InstructionSet) -> [Float] {
            var y = empty
            weights.multiply(
                set, x, xStride: xStride, tokens: 0..<tokens, k: k, rows: 0..<rows, yStride: yStride, into: &y)
            return y
        }

        func expected(_ token: Int, _ row: Int) -> (sum: Double, magnitude: Double) {
            var sum = 0.0
            var magnitude = 0.0
            for i in 0..<k {
                let product = Double(x[token * xStride + i]) * Double(weights.values[row * weights.stride + i])
                sum += product
                magnitude += abs(product)
            }
            return (sum, magnitude)
        }
    }

    @Test("products agree with double precision", arguments: InstructionSet.available, Weights.Kind.allCases)
    func oracle(set: InstructionSet, kind: Weights.Kind) {
        var random = Random(10)
        for round in 0..<60 {
            let k = round % 3 == 0 ? random.size(500...1100) : awkwardSizes.randomElement(using: &random)!
            let one = Case(
                kind, tokens: random.size(1...11), rows: random.size(1...21), k: k, gap: random.size(0...3),
                random: &random)
            let y = one.whole(set)
            for t in 0..<one.tokens {
                for n in 0..<one.rows {
                    let (sum, magnitude) = one.expected(t, n)
                    #expect(abs(Double(y[t * one.yStride + n]) - sum) <= 4e-7 * magnitude + 1e-30)
                }
                for n in one.rows..<one.yStride { #expect(y[t * one.yStride + n] == -77) }
            }
        }
    }

    @Test("no split of tokens or rows changes a bit", arguments: InstructionSet.available, Weights.Kind.allCases)
    func splits(set: InstructionSet, kind: Weights.Kind) {
        var random = Random(11)
        for round in 0..<30 {
            let tokens = round == 0 ? 150 : random.size(1...14)
            let k = round % 2 == 0 ? random.size(500...1600) : awkwardSizes.randomElement(using: &random)!
            let one = Case(
                kind, tokens: tokens, rows: random.size(1...30), k: k, gap: random.size(0...2), random: &random)
            let whole = bits(one.whole(set))
            for _ in 0..<6 {
                var y = one.empty
                var token = 0
                while token < tokens {
                    let nextToken = min(tokens, token + random.size(1...(tokens > 100 ? 90 : 7)))
                    var row = 0
                    while row < one.rows {
                        let nextRow = min(one.rows, row + random.size(1...11))
                        one.weights.multiply(
                            set, one.x, xStride: one.xStride, tokens: token..<nextToken, k: k, rows: row..<nextRow,
                            yStride: one.yStride, into: &y)
                        row = nextRow
                    }
                    token = nextToken
                }
                #expect(bits(y) == whole)
            }
        }
    }

    @Test(
        "NaN, infinities and subnormals stay in their own row and column",
        arguments: InstructionSet.available, Weights.Kind.allCases)
    func leaks(set: InstructionSet, kind: Weights.Kind) {
        var random = Random(12)
        for tokens in [1, 2, 3, 4, 5, 6, 7, 13] {
            for k in [5, 16, 100, 530] {
                let rows = 13
                let clean = Case(kind, tokens: tokens, rows: rows, k: k, gap: 0, random: &random)
                let before = clean.whole(set)
                for bad: Float in [.nan, .infinity, -.infinity, 0x1p-133] {
                    var x = clean.x
                    var values = clean.weights.values
                    let token = random.size(0...(tokens - 1))
                    let row = random.size(0...(rows - 1))
                    x[token * k + random.size(0...(k - 1))] = bad
                    values[row * k + random.size(0...(k - 1))] = bad
                    let weights = Weights(kind, values, stride: k)
                    var after = clean.empty
                    weights.multiply(
                        set, x, xStride: k, tokens: 0..<tokens, k: k, rows: 0..<rows, yStride: rows, into: &after)
                    for t in 0..<tokens where t != token {
                        for n in 0..<rows where n != row {
                            #expect(after[t * rows + n].bitPattern == before[t * rows + n].bitPattern)
                        }
                    }
                    if bad.isNaN {
                        #expect((0..<rows).allSatisfy { after[token * rows + $0].isNaN })
                        #expect((0..<tokens).allSatisfy { after[$0 * rows + row].isNaN })
                    }
                }
            }
        }
    }

    @Test("a sum over nothing is zero", arguments: InstructionSet.available)
    func emptySum(set: InstructionSet) {
        var y: [Float] = [5, 5, 5, 5]
        set.kernels.matmul_f32([1], 0, 2, [Float(1)], 0, 0, 0, 2, &y, 2)
        #expect(y == [0, 0, 0, 0])
    }

    @Test("all types agree, bit for bit, on weights that all of them hold", arguments: InstructionSet.available)
    func typesAgree(set: InstructionSet) {
        var random = Random(13)
        // Eight bits of fraction and small exponents fit bf16 and f16.
        let values = (0..<(9 * 700)).map { _ in Float(random.size(-128...128)) / 128 }
        let x = random.floats(5 * 700)
        let results = Weights.Kind.allCases.map { kind in
            var y = [Float](repeating: 0, count: 5 * 9)
            Weights(kind, values, stride: 700).multiply(
                set, x, xStride: 700, tokens: 0..<5, k: 700, rows: 0..<9, yStride: 9, into: &y)
            return bits(y)
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
