import QuireCore

/// The type that weights are kept in.
public enum DType: String, Sendable, CaseIterable {
    /// As the checkpoint stores them.
    case auto
    case float32
    case bfloat16
    case float16

    package var storageType: StorageType? {
        switch self {
        case .auto: nil
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .float16: .float16
        }
    }
}
