import CKernels
import Foundation
import Testing

@Suite("Quantising")
struct QuantizeTests {
    /// Types whose blocks Python's gguf makes too, and those for which it has no quantiser.
    static let exact: [Quant] = [.q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .mxfp4]
    static let searched: [Quant] = [.q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .iq4_xs]
    static let all = exact + searched

    /// The files that make_quantize_goldens.py writes.
    private static func fixture(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try [UInt8](Data(contentsOf: folder.appendingPathComponent("Fixtures/quantize/\(name)")))
    }

    private static func numbers() throws -> [Float] {
        try fixture("numbers.bin").withUnsafeBytes { raw in
            (0..<(raw.count / 4)).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }

    /// Blocks of whole rows, or nil where the kernel refuses.
    static func quantize(_ set: InstructionSet, _ quant: Quant, _ numbers: [Float], skipping: Int = 0) -> [UInt8]? {
        let count = numbers.count / quant.block.elements
        // What lies around the blocks must stay as it is.
        var out = [UInt8](repeating: 77, count: skipping + count * quant.block.bytes + 1)
        let isStored = out.withUnsafeMutableBytes {
            set.kernels.quantize(quant.type, numbers, count, $0.baseAddress! + skipping)
        }
        #expect(out.last == 77 && out.prefix(skipping).allSatisfy { $0 == 77 })
        if !isStored { #expect(out.allSatisfy { $0 == 77 }) }
        return isStored ? Array(out[skipping..<(out.count - 1)]) : nil
    }

    /// The root mean square error, relative to that of the numbers.
    private func relativeError(_ set: InstructionSet, _ quant: Quant, _ numbers: [Float]) throws -> Double {
        let blocks = try #require(Self.quantize(set, quant, numbers))
        var (error, all) = (0.0, 0.0)
        for (value, number) in zip(QuantTests.dequantize(set, quant, blocks), numbers) {
            error += Double(value - number) * Double(value - number)
            all += Double(number) * Double(number)
        }
        return (error / all).squareRoot()
    }

    @Test("blocks are those of Python's gguf, bit for bit", arguments: InstructionSet.available, exact)
    func reference(set: InstructionSet, quant: Quant) throws {
        let expected = try Self.fixture("\(quant.rawValue).bin")
        let found = try #require(Self.quantize(set, quant, try Self.numbers()))
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { $0 == $1 })
    }

    @Test("the search is off by no more than llama.cpp's, on normal numbers and on heavy tails", arguments: searched)
    func error(quant: Quant) throws {
        let expected = try JSONDecoder().decode([String: [Double]].self, from: Data(Self.fixture("errors.json")))
        let numbers = try Self.numbers()
        for (part, theirs) in try #require(expected[quant.rawValue]).enumerated() {
            let ours = try relativeError(.portable, quant, Array(numbers[(part * 4_096)..<((part + 1) * 4_096)]))
            #expect(ours <= theirs && ours > theirs / 2, "\(ours) against \(theirs)")
        }
    }

    @Test("every instruction set makes the same bytes, at any address", arguments: all)
    func sameBytes(quant: Quant) throws {
        var numbers = try Self.numbers()
        numbers.removeLast(numbers.count % quant.block.elements)
        let expected = try #require(Self.quantize(.portable, quant, numbers))
        for set in InstructionSet.available {
            for skipped in 0...2 {
                let found = try #require(Self.quantize(set, quant, numbers, skipping: skipped))
                #expect(zip(found, expected).allSatisfy { $0 == $1 })
            }
        }
    }

    @Test("zeros stay zeros, and numbers of any size stay finite and near", arguments: all)
    func extremes(quant: Quant) throws {
        let count = 256
        let zeros = try #require(Self.quantize(.portable, quant, [Float](repeating: 0, count: count)))
        #expect(QuantTests.dequantize(.portable, quant, zeros).allSatisfy { $0 == 0 })
        var random = Random(3)
        for exponent in stride(from: -140, through: 15, by: 5) {
            let size = Float(sign: .plus, exponent: exponent, significand: 1)
            let numbers = random.floats(count).map { $0 * size }
            let blocks = try #require(Self.quantize(.portable, quant, numbers))
            for (value, number) in zip(QuantTests.dequantize(.portable, quant, blocks), numbers) {
                // Two bits divide the range in four, and scales below 2^-24 are 0.
                #expect(value.isFinite && abs(value - number) <= 0.7 * size + 0x1p-14, "\(number) became \(value)")
            }
        }
    }

    @Test("the values of blocks become blocks with the same values again, nearly", arguments: all)
    func idempotent(quant: Quant) throws {
        let numbers = Array(try Self.numbers().prefix(4_096))
        let first = QuantTests.dequantize(.portable, quant, try #require(Self.quantize(.portable, quant, numbers)))
        let error = try relativeError(.portable, quant, first)
        // Searches may miss the exact scales, but not by much.
        #expect(error < 0.05, "\(error)")
    }

    @Test(
        "numbers that are not finite, or too large for halves, are refused and nothing is written",
        arguments: all)
    func refused(quant: Quant) {
        for number: Float in [.nan, .infinity, -.infinity, 65_505, -.greatestFiniteMagnitude] {
            for place in [0, 131, 255] {
                var numbers = [Float](repeating: 0.5, count: 256)
                numbers[place] = number
                #expect(Self.quantize(.portable, quant, numbers) == nil)
            }
        }
    }
}
