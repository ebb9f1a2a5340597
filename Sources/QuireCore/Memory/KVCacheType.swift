import CKernels

/// The type of the numbers in a KV cache, under vLLM's names.
///
/// `int8` keeps a float32 scale for each slot's key, and for its value, of one head: `scale = max |x| / 127`, and numbers
/// are `x / scale` rounded to nearest even. `bfloat16` and `float16` round to nearest even; numbers beyond 65,504 become
/// infinite in `float16`, and the request that has them ends with an error.
public enum KVCacheType: String, Sendable, CaseIterable {
    case float32, bfloat16, float16, int8

    /// Reads a name, the full one or a short one: `f32`, `bf16`, `f16`.
    public init?(named name: String) {
        guard let type = Self.allCases.first(where: { $0.rawValue == name || $0.shortName == name }) else { return nil }
        self = type
    }

    public var shortName: String {
        switch self {
        case .float32: "f32"
        case .bfloat16: "bf16"
        case .float16: "f16"
        case .int8: "int8"
        }
    }

    /// Bytes of one number.
    public var bytesPerNumber: Int { qk_kv_element_bytes(kernelType) }

    /// Bytes of the scale of one slot's key, or value, of one head.
    public var bytesPerScale: Int { self == .int8 ? MemoryLayout<Float>.size : 0 }

    /// What the kernels call it.
    public var kernelType: qk_kv_type {
        switch self {
        case .float32: QK_KV_F32
        case .bfloat16: QK_KV_BF16
        case .float16: QK_KV_F16
        case .int8: QK_KV_INT8
        }
    }
}
