import QuireCore

/// A random weight in aligned memory of its own, and its values.
///
/// Those of plain types are computed from their bits without any kernel, those of quantised types by the dequantiser,
/// which the tests of the kernels hold to GGML's values.
final class TestWeight {
    private(set) var values: [Double] = []
    private let bytes: UnsafeMutableRawBufferPointer
    private let rows: Int
    private let columns: Int
    private let type: StorageType

    init(rows: Int, columns: Int, type: StorageType, random: inout TestRandom) {
        (self.rows, self.columns, self.type) = (rows, columns, type)
        bytes = .allocate(byteCount: rows * type.bytes(forColumns: columns), alignment: 64)
        if type.isQuantized {
            Self.fillBlocks(bytes, type: type, random: &random)
            values = dequantized
        } else {
            values = (0..<(rows * columns)).map { Self.store(at: $0, in: bytes, type: type, random: &random) }
        }
    }

    deinit { bytes.deallocate() }

    var matrix: WeightMatrix {
        WeightMatrix(
            name: "test", rows: rows, columns: columns, type: type, bytes: UnsafeRawBufferPointer(bytes), owner: self)
    }

    /// The product of one row and an input, and the sum of its terms' magnitudes.
    func product(row: Int, _ input: ArraySlice<Float>) -> (value: Double, size: Double) {
        var (sum, size) = (0.0, 0.0)
        for (column, x) in input.enumerated() {
            let term = Double(x) * values[row * columns + column]
            sum += term
            size += abs(term)
        }
        return (sum, size)
    }

    /// The most that a product can be off where activations are rounded to 8 bits: half a step of each block's scale, the
    /// largest magnitude over 127, for each weight.
    func rounding(row: Int, _ input: ArraySlice<Float>, block: Int) -> Double {
        let input = Array(input)
        return stride(from: 0, to: columns, by: block).reduce(0.0) { sum, start in
            let end = min(columns, start + block)
            let step = Double(input[start..<end].map(abs).max() ?? 0) / 127
            let weights = (start..<end).reduce(0.0) { $0 + abs(values[row * columns + $1]) }
            return sum + step / 2 * weights * 1.000_01
        }
    }

    /// Stores one random number of a plain type; returns its value.
    private static func store(
        at index: Int, in bytes: UnsafeMutableRawBufferPointer, type: StorageType, random: inout TestRandom
    ) -> Double {
        switch type {
        case .bfloat16:
            // Exponents up to 126: magnitudes below 1.
            let bits = bits(&random, exponents: 110...126, mantissaBits: 7)
            bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
            return value(bits, mantissaBits: 7, bias: 127)
        case .float16:
            // Exponent 0: numbers too small to be normal.
            let bits = bits(&random, exponents: 0...14, mantissaBits: 10)
            bytes.storeBytes(of: bits, toByteOffset: index * 2, as: UInt16.self)
            return value(bits, mantissaBits: 10, bias: 15)
        default:
            let value = random.float()
            bytes.storeBytes(of: value, toByteOffset: index * 4, as: Float.self)
            return Double(value)
        }
    }

    private static func bits(
        _ random: inout TestRandom, exponents: ClosedRange<Int>, mantissaBits: Int
    ) -> UInt16 {
        let sign = random.roll(0...1) << 15
        return UInt16(sign | random.roll(exponents) << mantissaBits | random.roll(0...((1 << mantissaBits) - 1)))
    }

    /// What IEEE 754 says a 16-bit pattern is worth.
    private static func value(_ bits: UInt16, mantissaBits: Int, bias: Int) -> Double {
        let exponent = Int(bits & 0x7FFF) >> mantissaBits
        let mantissa = Double(Int(bits) & ((1 << mantissaBits) - 1)) / Double(1 << mantissaBits)
        let magnitude =
            exponent == 0
            ? Double(sign: .plus, exponent: 1 - bias, significand: mantissa)
            : Double(sign: .plus, exponent: exponent - bias, significand: 1 + mantissa)
        return bits >> 15 == 1 ? -magnitude : magnitude
    }
}
