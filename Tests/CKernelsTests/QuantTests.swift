import CKernels
import Testing

@Suite("Quantised weights")
struct QuantTests {
    static func dequantize(_ set: InstructionSet, _ quant: Quant, _ bytes: [UInt8], skipping: Int = 0) -> [Float] {
        let count = (bytes.count - skipping) / quant.block.bytes
        // What lies past the end must stay as it is.
        var out = [Float](repeating: -77, count: count * quant.block.elements + 1)
        bytes.withUnsafeBytes { set.kernels.dequantize(quant.type, $0.baseAddress! + skipping, count, &out) }
        #expect(out.removeLast() == -77)
        return out
    }

    @Test(
        "dequantised values are those of Python's gguf, or of numpy and torch, bit for bit",
        arguments: InstructionSet.available,
        Quant.allCases)
    func values(set: InstructionSet, quant: Quant) throws {
        let fixture = try QuantFixture(quant)
        let found = Self.dequantize(set, quant, fixture.blocks)
        #expect(found.count == fixture.values.count)
        let wrong = zip(found, fixture.values).filter { !HalfTests.same($0, $1) }
        #expect(wrong.count == 0)
        #expect(fixture.values.contains { $0.isFinite && $0 != 0 })
    }

    @Test("blocks may begin at any byte", arguments: InstructionSet.available, Quant.allCases)
    func unaligned(set: InstructionSet, quant: Quant) throws {
        let blocks = try QuantFixture(quant).blocks
        let expected = bits(Self.dequantize(set, quant, blocks))
        for skipped in 1...3 {
            let moved = [UInt8](repeating: 0, count: skipped) + blocks
            #expect(bits(Self.dequantize(set, quant, moved, skipping: skipped)) == expected)
        }
    }

    @Test(
        "products are those with the dequantised weights, bit for bit, however tokens and rows are split",
        arguments: InstructionSet.available, Quant.allCases)
    func products(set: InstructionSet, quant: Quant) {
        var random = Random(20)
        let (elements, bytes) = (quant.block.elements, quant.block.bytes)
        for tokens in [1, 2, 3, 5, 16, 17, 40, 150] {
            let k = elements * random.size(1...(1_600 / elements))
            let (rows, gap) = (random.size(1...30), random.size(0...3))
            // The last row ends where the memory ends.
            let rowBytes = k / elements * bytes + gap
            let weights = randomBlocks(quant, count: (rows * rowBytes + bytes) / bytes, &random)
                .prefix(rows * rowBytes - gap)
            let floats = (0..<rows).flatMap {
                Self.dequantize(set, quant, Array(weights.dropFirst($0 * rowBytes).prefix(rowBytes - gap)))
            }
            let x = random.floats(tokens * k)
            var expected = [Float](repeating: 0, count: tokens * rows)
            set.kernels.matmul_f32(x, k, tokens, floats, k, k, 0, rows, &expected, rows)

            var y = [Float](repeating: -77, count: tokens * rows)
            let (token, row) = (random.size(0...tokens), random.size(0...rows))
            Array(weights).withUnsafeBytes { w in
                x.withUnsafeBufferPointer { x in
                    y.withUnsafeMutableBufferPointer { y in
                        for part in [0..<token, token..<tokens] {
                            for slice in [0..<row, row..<rows] {
                                set.kernels.matmul_quantized(
                                    quant.type, x.baseAddress! + part.lowerBound * k, k, part.count, w.baseAddress!,
                                    rowBytes, k, slice.lowerBound, slice.upperBound,
                                    y.baseAddress! + part.lowerBound * rows, rows)
                            }
                        }
                    }
                }
            }
            #expect(zip(y, expected).allSatisfy(HalfTests.same))
        }
    }

    @Test("a sum over nothing is zero", arguments: InstructionSet.available)
    func emptySum(set: InstructionSet) {
        var y: [Float] = [5, 5, 5, 5]
        set.kernels.matmul_quantized(QK_Q4_0, [1], 0, 2, [UInt8(0)], 0, 0, 0, 2, &y, 2)
        #expect(y == [0, 0, 0, 0])
    }

    /// Random bytes from which NaN and infinity come too; they must stay in their own row.
    private func randomBlocks(_ quant: Quant, count: Int, _ random: inout Random) -> [UInt8] {
        (0..<(count * quant.block.bytes)).map { _ in UInt8(random.size(0...255)) }
    }
}
