/// How the elements of a tensor are stored, under the names that files use.
///
/// Elements come in blocks: a plain type has blocks of one element; a quantised type packs
/// `elementsPerBlock` consecutive elements of a row into `bytesPerBlock` bytes.
public enum ElementType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case f64, f32, f16, bf16
    case f8_e4m3, f8_e5m2, f8_e8m0
    case i64, i32, i16, i8
    case u64, u32, u16, u8
    case bool
    case q1_0, q4_0, q4_1, q5_0, q5_1, q8_0, q8_1
    case q2_k, q3_k, q4_k, q5_k, q6_k, q8_k
    case iq1_s, iq1_m, iq2_xxs, iq2_xs, iq2_s, iq3_xxs, iq3_s, iq4_nl, iq4_xs
    case tq1_0, tq2_0
    case mxfp4, nvfp4

    /// Consecutive elements of a row that one block holds; 1 for plain types.
    public var elementsPerBlock: Int { block.elements }

    /// Bytes of one block; for plain types, of one element.
    public var bytesPerBlock: Int { block.bytes }

    /// Whether the elements are packed in blocks with shared scales.
    public var isQuantized: Bool { elementsPerBlock > 1 }

    public var description: String { rawValue }

    /// Bytes of a dense tensor of `shape` (outermost first), or nil where a row does not divide into whole blocks
    /// or the size does not fit in an `Int`.
    public func byteCount(shape: [Int]) -> Int? {
        guard let elements = checkedProduct(shape) else { return nil }
        // A scalar is a row of one element.
        guard (shape.last ?? 1) % elementsPerBlock == 0 else { return nil }
        let bytes = (elements / elementsPerBlock).multipliedReportingOverflow(by: bytesPerBlock)
        return bytes.overflow ? nil : bytes.partialValue
    }

    private var block: (elements: Int, bytes: Int) {
        switch self {
        case .f64, .i64, .u64: (1, 8)
        case .f32, .i32, .u32: (1, 4)
        case .f16, .bf16, .i16, .u16: (1, 2)
        case .f8_e4m3, .f8_e5m2, .f8_e8m0, .i8, .u8, .bool: (1, 1)
        case .q1_0: (128, 18)
        case .q4_0, .iq4_nl: (32, 18)
        case .q4_1: (32, 20)
        case .q5_0: (32, 22)
        case .q5_1: (32, 24)
        case .q8_0: (32, 34)
        case .q8_1: (32, 40)
        case .q2_k: (256, 84)
        case .q3_k, .iq3_s: (256, 110)
        case .q4_k: (256, 144)
        case .q5_k: (256, 176)
        case .q6_k: (256, 210)
        case .q8_k: (256, 292)
        case .iq1_s: (256, 50)
        case .iq1_m: (256, 56)
        case .iq2_xxs, .tq2_0: (256, 66)
        case .iq2_xs: (256, 74)
        case .iq2_s: (256, 82)
        case .iq3_xxs: (256, 98)
        case .iq4_xs: (256, 136)
        case .tq1_0: (256, 54)
        case .mxfp4: (32, 17)
        case .nvfp4: (64, 36)
        }
    }
}
