import CKernels
import Foundation
import Testing

/// The quantised types, under the names of their fixtures.
enum Quant: String, CaseIterable, CustomTestStringConvertible {
    case q8_0, q4_0, q4_1, q5_0, q5_1, q2_k, q3_k, q4_k, q5_k, q6_k, iq4_nl, iq4_xs, mxfp4
    case int4_group, int4_group_f32, int8_group, int8_group_zero, fp8_group

    var type: qk_quant {
        switch self {
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

    var block: qk_block { qk_block_of(type) }
    var testDescription: String { rawValue }
}

/// Blocks of one type, and the values that Python's gguf, or numpy and torch for those that no file has, give them.
struct QuantFixture {
    let blocks: [UInt8]
    let values: [Float]

    init(_ quant: Quant) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Fixtures/quants/\(quant.rawValue).bin")
        let data = try [UInt8](Data(contentsOf: file))
        let (elements, bytes) = (quant.block.elements, quant.block.bytes)
        let count = data.count / (bytes + elements * 4)
        try #require(count > 0 && count * (bytes + elements * 4) == data.count)
        blocks = Array(data[..<(count * bytes)])
        values = data[(count * bytes)...].withUnsafeBytes { raw in
            (0..<(count * elements)).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}
