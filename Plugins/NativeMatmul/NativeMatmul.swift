import CKernels
import QuireCore

/// Multiplies by weights where their file keeps them, floats and quantised ones: nothing copied, batch-invariant.
public struct NativeMatmul: MatmulBackend {
    public static let name = "native"
    public static let summary =
        "f32, bf16, f16 and quantised weights read in place by own SIMD kernels; batch-invariant"
    public static let isBatchInvariant = true

    private let kernels: Kernels

    public init(context: ComputeContext) { kernels = context.kernels }

    public func objections(to weight: WeightMatrix) -> [String] { [] }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { 0 }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        switch weight.type {
        case .float32: InPlaceMatrix(weight: weight, kernel: kernels.matmul_f32)
        case .bfloat16: InPlaceMatrix(weight: weight, kernel: kernels.matmul_bf16)
        case .float16: InPlaceMatrix(weight: weight, kernel: kernels.matmul_f16)
        default: QuantizedMatrix(weight: weight, kernels: kernels)
        }
    }
}

/// Brings the matmul backends `native` and `int8`.
public enum NativeMatmulPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.matmulBackends.add(NativeMatmul.name, NativeMatmul.self)
        try registry.matmulBackends.add(Int8Matmul.name, Int8Matmul.self)
    }
}
