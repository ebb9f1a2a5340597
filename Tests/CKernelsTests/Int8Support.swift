import CKernels
import Testing

/// The tables for weights of 4 and 8 bits that this machine can run; two of them belong to AVX-512.
struct Int8Table: CustomTestStringConvertible, Sendable {
    let name: String

    static let names = ["portable", "avx2", "avx512", "avx512vnni"]
    static let available = names.filter { qk_int8_kernels_named($0) != nil }.map { Int8Table(name: $0) }

    var kernels: qk_int8_kernels { qk_int8_kernels_named(name)!.pointee }
    var testDescription: String { name }
}

/// A matrix as GGUF stores it: blocks of 32 weights with one f16 scale.
struct QuantizedWeights {
    enum Kind: CaseIterable {
        case q4, q8
        var bits: Int { self == .q4 ? 4 : 8 }
        var blockBytes: Int { self == .q4 ? Int(QK_Q4_BLOCK_BYTES) : Int(QK_Q8_BLOCK_BYTES) }
        var range: ClosedRange<Int> { self == .q4 ? -8...7 : -128...127 }
    }

    static let block = Int(QK_BLOCK)

    let kind: Kind
    let rows, k, rowStride: Int
    var bytes: [UInt8]
    var scales: [Float]
    var quants: [Int]

    /// `gap` bytes between rows; the last row ends where the memory ends. Odd ones leave most blocks unaligned.
    init(
        _ kind: Kind, rows: Int, k: Int, gap: Int = 0, scale: (_ row: Int, _ block: Int) -> UInt16,
        quant: (_ row: Int, _ k: Int) -> Int
    ) {
        let blocks = k / Self.block
        (self.kind, self.rows, self.k) = (kind, rows, k)
        rowStride = blocks * kind.blockBytes + gap
        bytes = [UInt8](repeating: 0xEE, count: max(0, (rows - 1) * rowStride + blocks * kind.blockBytes))
        scales = []
        quants = []
        for row in 0..<rows {
            for block in 0..<blocks {
                let at = row * rowStride + block * kind.blockBytes
                let bits = scale(row, block)
                scales.append(Self.widen(bits))
                bytes[at] = UInt8(bits & 0xFF)
                bytes[at + 1] = UInt8(bits >> 8)
                let values = (0..<Self.block).map { quant(row, block * Self.block + $0) }
                quants += values
                for i in 0..<(kind == .q4 ? 16 : 32) {
                    bytes[at + 2 + i] =
                        kind == .q4
                        ? UInt8(values[i] + 8) | UInt8(values[i + 16] + 8) << 4 : UInt8(bitPattern: Int8(values[i]))
                }
            }
        }
    }

    init(_ kind: Kind, rows: Int, k: Int, gap: Int = 0, random: inout Random) {
        // Both signs, from subnormal scales to large ones.
        var generator = random
        self.init(kind, rows: rows, k: k, gap: gap) { _, _ in
            UInt16.random(in: 0..<0x5000, using: &generator) | (Bool.random(using: &generator) ? 0x8000 : 0)
        } quant: { _, _ in
            Int.random(in: kind.range, using: &generator)
        }
        random = generator
    }

    static func widen(_ half: UInt16) -> Float {
        var out: Float = 0
        InstructionSet.portable.kernels.widen_f16([half], 1, &out)
        return out
    }
}

/// Packed weights of one table, with a guard behind them.
struct PackedWeights {
    let table: Int8Table
    let source: QuantizedWeights
    let groups: Int
    var bytes: [UInt8]

    /// Packs `pieces` ranges of groups one by one.
    init(_ table: Int8Table, _ source: QuantizedWeights, pieces: Int = 1) {
        let groupRows = table.kernels.group_rows
        (self.table, self.source) = (table, source)
        groups = qk_packed_groups(source.rows, groupRows)
        let size = qk_packed_bytes(source.rows, source.k, groupRows, Int32(source.kind.bits))
        bytes = [UInt8](repeating: 0xA5, count: size + 16)
        let pack = source.kind == .q4 ? table.kernels.pack_q4 : table.kernels.pack_q8
        for piece in 0..<pieces {
            let range = groups * piece / pieces..<groups * (piece + 1) / pieces
            source.bytes.withUnsafeBytes { from in
                bytes.withUnsafeMutableBytes { to in
                    // An empty array may have no address.
                    guard let from = from.baseAddress else { return }
                    pack(
                        from, source.rowStride, source.rows, source.k, range.lowerBound, range.upperBound,
                        to.baseAddress!)
                }
            }
        }
        #expect(bytes.suffix(16).allSatisfy { $0 == 0xA5 })
    }

    /// y [tokens, rows] for a range of tokens and of groups; the rest of y stays as it is.
    func multiply(
        _ x: [qk_int8_block], xStride: Int, tokens: Range<Int>, groups: Range<Int>, yStride: Int, into y: inout [Float]
    ) {
        let kernel = source.kind == .q4 ? table.kernels.matmul_q4 : table.kernels.matmul_q8
        x.withUnsafeBufferPointer { x in
            bytes.withUnsafeBytes { w in
                y.withUnsafeMutableBufferPointer { y in
                    kernel(
                        x.baseAddress! + tokens.lowerBound * xStride, xStride, tokens.count, w.baseAddress!,
                        source.rows,
                        source.k, groups.lowerBound, groups.upperBound, y.baseAddress! + tokens.lowerBound * yStride,
                        yStride)
                }
            }
        }
    }

    /// y [tokens, rows] with `gap` floats of -77 behind every row.
    func product(_ x: [qk_int8_block], tokens: Int, xStride: Int, gap: Int = 0) -> [Float] {
        var y = [Float](repeating: -77, count: tokens * (source.rows + gap))
        multiply(
            x, xStride: xStride, tokens: 0..<tokens, groups: 0..<groups, yStride: source.rows + gap, into: &y)
        return y
    }
}

extension Int8Table {
    /// Rows of k floats as rows of blocks.
    func quantize(_ x: [Float], tokens: Int, k: Int, xStride: Int? = nil) -> [qk_int8_block] {
        let blocks = k / QuantizedWeights.block
        var out = [qk_int8_block](repeating: .init(), count: tokens * blocks)
        kernels.quantize_activations(x, xStride ?? k, tokens, k, &out, blocks)
        return out
    }
}

extension qk_int8_block {
    var values: [Int] { withUnsafeBytes(of: quants) { $0.bindMemory(to: Int8.self).map(Int.init) } }

    /// Blocks as the quantiser would make them, of given values.
    init(scale: Float, values: [Int]) {
        self.init()
        self.scale = scale
        let sum = Int32(values.reduce(0, +))
        (minus_8, minus_128) = (-8 * sum, -128 * sum)
        withUnsafeMutableBytes(of: &quants) { to in
            for (i, value) in values.enumerated() { to[i] = UInt8(bitPattern: Int8(value)) }
        }
    }
}
