import QuireCore

/// Brings the matmul backends `native` and `exact`.
public enum NativeMatmulPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.matmulBackends.add(NativeMatmul.name, NativeMatmul.self)
        try registry.matmulBackends.add(ExactMatmul.name, ExactMatmul.self)
    }
}
