import CKernels

/// How the elements of a weight are stored, under the names that files use where they have it.
///
/// A row is a run of blocks. Plain types have blocks of one element; quantised types pack `elementsPerBlock` elements of
/// a row, with their scales, into `bytesPerBlock` bytes.
public enum StorageType: String, Sendable, CaseIterable {
    case float32 = "f32"
    case bfloat16 = "bf16"
    case float16 = "f16"
    case q8_0, q4_0, q4_1, q5_0, q5_1
    case q2_k, q3_k, q4_k, q5_k, q6_k
    case iq4_nl, iq4_xs, mxfp4
    case int4_group, int4_group_f32, int8_group, int8_group_zero, fp8_group

    /// The types that files hold; the rest are made at loading, from layouts that no kernel reads.
    public static let inFiles = allCases.filter { !$0.isMadeAtLoading }

    public var isMadeAtLoading: Bool {
        switch self {
        case .int4_group, .int4_group_f32, .int8_group, .int8_group_zero, .fp8_group: true
        default: false
        }
    }

    public var isQuantized: Bool { quant != nil }

    /// Consecutive elements of a row that one block holds; 1 for plain types.
    public var elementsPerBlock: Int { block.elements }

    /// Bytes of one block; for plain types, of one element.
    public var bytesPerBlock: Int { block.bytes }

    /// Bytes of a row of so many elements, which make up whole blocks.
    public func bytes(forColumns columns: Int) -> Int {
        let block = block
        return columns / block.elements * block.bytes
    }

    /// What the kernels call a quantised type; nil for plain types.
    public var quant: qk_quant? {
        switch self {
        case .float32, .bfloat16, .float16: nil
        case .q8_0: QK_Q8_0
        case .q4_0: QK_Q4_0
        case .q4_1: QK_Q4_1
        case .q5_0: QK_Q5_0
        case .q5_1: QK_Q5_1
        case .q2_k: QK_Q2_K
        case .q3_k: QK_Q3_K
        case .q4_k: QK_Q4_K
        case .q5_k: QK_Q5_K
        case .q6_k: QK_Q6_K
        case .iq4_nl: QK_IQ4_NL
        case .iq4_xs: QK_IQ4_XS
        case .mxfp4: QK_MXFP4
        case .int4_group: QK_INT4_GROUP
        case .int4_group_f32: QK_INT4_GROUP_F32
        case .int8_group: QK_INT8_GROUP
        case .int8_group_zero: QK_INT8_GROUP_ZERO
        case .fp8_group: QK_FP8_GROUP
        }
    }

    private var block: (elements: Int, bytes: Int) {
        if let quant {
            let block = qk_block_of(quant)
            return (block.elements, block.bytes)
        }
        return (1, self == .float32 ? 4 : 2)
    }
}
