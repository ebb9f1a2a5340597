import CKernels
import Testing

/// The tables for quantised weights that this machine can run; two of them belong to AVX-512.
struct Int8Table: CustomTestStringConvertible, Sendable {
    let name: String

    static let names = ["portable", "avx2", "avx512", "avx512vnni", "neon", "neondot"]
    static let available = names.filter { qk_int8_kernels_named($0) != nil }.map { Int8Table(name: $0) }

    var kernels: qk_int8_kernels { qk_int8_kernels_named(name)!.pointee }
    var testDescription: String { name }
}

/// A type that has a packed form, and where its blocks keep scales.
struct PackedType: CustomTestStringConvertible, Sendable {
    let name: String
    let type: qk_quant
    /// Where a block has scales: d, then what the minimum is a multiple of.
    let halves: [Int]
    /// Scales are f32 there: the upper half of one is bf16.
    var isWide = false
    /// Where it has the exponent of a power of two instead.
    var exponent: Int?

    var testDescription: String { name }
    var block: qk_block { qk_block_of(type) }

    static let all = [
        PackedType(name: "q8_0", type: QK_Q8_0, halves: [0]), PackedType(name: "q4_0", type: QK_Q4_0, halves: [0]),
        PackedType(name: "q4_1", type: QK_Q4_1, halves: [0, 2]), PackedType(name: "q5_0", type: QK_Q5_0, halves: [0]),
        PackedType(name: "q5_1", type: QK_Q5_1, halves: [0, 2]),
        PackedType(name: "q2_k", type: QK_Q2_K, halves: [80, 82]),
        PackedType(name: "q3_k", type: QK_Q3_K, halves: [108]),
        PackedType(name: "q4_k", type: QK_Q4_K, halves: [0, 2]),
        PackedType(name: "q5_k", type: QK_Q5_K, halves: [0, 2]), PackedType(name: "q6_k", type: QK_Q6_K, halves: [208]),
        PackedType(name: "iq4_nl", type: QK_IQ4_NL, halves: [0]),
        PackedType(name: "iq4_xs", type: QK_IQ4_XS, halves: [0]),
        PackedType(name: "int4_group", type: QK_INT4_GROUP, halves: [0]),
        PackedType(name: "int4_group_f32", type: QK_INT4_GROUP_F32, halves: [0], isWide: true),
        PackedType(name: "int8_group", type: QK_INT8_GROUP, halves: [0], isWide: true),
        PackedType(name: "int8_group_zero", type: QK_INT8_GROUP_ZERO, halves: [0], isWide: true),
        PackedType(name: "mxfp4", type: QK_MXFP4, halves: [], exponent: 0),
    ]
}

/// A matrix as files store it: rows of blocks.
struct QuantizedWeights {
    let kind: PackedType
    let rows, k, rowStride: Int
    var bytes: [UInt8]

    var rowBytes: Int { k / kind.block.elements * kind.block.bytes }

    /// Bytes as `byte` says, scales as `scale` says (f16), powers of two by the high bits of those. `gap` bytes between
    /// rows; the last row ends where the memory ends. Odd gaps leave most blocks unaligned.
    init(
        _ kind: PackedType, rows: Int, k: Int, gap: Int = 0, scale: (_ row: Int, _ block: Int) -> UInt16,
        byte: (_ row: Int, _ index: Int) -> UInt8
    ) {
        (self.kind, self.rows, self.k) = (kind, rows, k)
        let blocks = k / kind.block.elements
        rowStride = blocks * kind.block.bytes + gap
        bytes = [UInt8](repeating: 0xEE, count: max(0, rows * rowStride - gap))
        for row in 0..<rows {
            for index in 0..<rowBytes { bytes[row * rowStride + index] = byte(row, index) }
            for block in 0..<blocks {
                let start = row * rowStride + block * kind.block.bytes
                for at in kind.halves {
                    setScale(scale(row, block), at: start + at)
                }
                if let at = kind.exponent { bytes[start + at] = 112 + UInt8((scale(row, block) & 0x7FFF) >> 10) }
            }
        }
    }

    init(_ kind: PackedType, rows: Int, k: Int, gap: Int = 0, random: inout Random) {
        // Both signs, from subnormal scales to large ones.
        var generator = random
        self.init(kind, rows: rows, k: k, gap: gap) { _, _ in
            UInt16.random(in: 0..<0x5000, using: &generator) | (Bool.random(using: &generator) ? 0x8000 : 0)
        } byte: { _, _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        random = generator
    }

    /// Writes an f16 number, or the f32 that it is.
    mutating func setScale(_ half: UInt16, at place: Int) {
        if kind.isWide {
            let bits = Self.widen(half).bitPattern
            for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: bits >> (8 * UInt32(byte))) }
        } else {
            bytes[place] = UInt8(half & 0xFF)
            bytes[place + 1] = UInt8(half >> 8)
        }
    }

    /// One row alone.
    func only(_ row: Int) -> QuantizedWeights {
        var one = QuantizedWeights(kind, rows: 1, k: k, scale: { _, _ in 0 }, byte: { _, _ in 0 })
        one.bytes = Array(bytes[row * rowStride..<row * rowStride + rowBytes])
        return one
    }

    /// The numbers of a row.
    func values(_ row: Int) -> [Float] {
        var out = [Float](repeating: 0, count: k)
        let source = Array(bytes[row * rowStride..<row * rowStride + rowBytes])
        InstructionSet.portable.kernels.dequantize(kind.type, source, k / kind.block.elements, &out)
        return out
    }

    /// The numbers of a row as they are multiplied: scales of Q4_0 and Q5_0 are rounded to whole numbers of a power of two,
    /// which gives the row's largest 13 or 12 bits.
    func multiplied(_ row: Int) -> [Float] {
        let exact = values(row)
        guard kind.type == QK_Q4_0 || kind.type == QK_Q5_0 else { return exact }
        let scales = (0..<k / 32).map { block in
            let at = row * rowStride + block * kind.block.bytes
            return Self.widen(UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
        }
        let largest = scales.map(abs).max() ?? 0
        guard largest > 0, largest.isFinite else { return exact }
        let unit = Float(
            sign: .plus, exponent: Int(largest.exponent) - (kind.type == QK_Q4_0 ? 12 : 11), significand: 1)
        return exact.enumerated().map { i, value in
            let scale = scales[i / 32]
            let rounded = (scale / unit).rounded(.toNearestOrEven) * unit
            return scale == 0 ? 0 : value / scale * rounded
        }
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
        let size = groups * qk_packed_group_bytes(source.kind.type, source.k, groupRows)
        bytes = [UInt8](repeating: 0xA5, count: size + 16)
        for piece in 0..<pieces {
            let range = groups * piece / pieces..<groups * (piece + 1) / pieces
            source.bytes.withUnsafeBytes { from in
                bytes.withUnsafeMutableBytes { to in
                    // An empty array may have no address.
                    guard let from = from.baseAddress else { return }
                    table.kernels.pack(
                        source.kind.type, from, source.rowStride, source.rows, source.k, range.lowerBound,
                        range.upperBound,
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
        x.withUnsafeBufferPointer { x in
            bytes.withUnsafeBytes { w in
                y.withUnsafeMutableBufferPointer { y in
                    table.kernels.matmul(
                        source.kind.type, x.baseAddress! + tokens.lowerBound * xStride, xStride, tokens.count,
                        w.baseAddress!,
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
        let blocks = k / Int(QK_BLOCK)
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
        let half = values.count / 2
        halves = (Int16(values[..<half].reduce(0, +)), Int16(values[half...].reduce(0, +)))
        minus_8 = -8 * Int32(values.reduce(0, +))
        withUnsafeMutableBytes(of: &quants) { to in
            for (i, value) in values.enumerated() { to[i] = UInt8(bitPattern: Int8(value)) }
        }
    }
}
