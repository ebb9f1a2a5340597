import QuireCore

/// A type that weights are tried in.
public enum ZooWeights: String, Sendable, CaseIterable, Codable {
    case float32, bf16, q8_0, q4_0

    func apply(to options: inout EngineOptions) throws {
        switch self {
        case .float32: options.dtype = .float32
        case .bf16: options.dtype = .bfloat16
        case .q8_0, .q4_0: options.quantization = try WeightFormat(named: rawValue)
        }
    }

    /// What matrices become whose rows divide into its blocks.
    var quantizedType: StorageType? {
        switch self {
        case .float32, .bf16: nil
        case .q8_0: .q8_0
        case .q4_0: .q4_0
        }
    }
}

/// A column of the zoo's matrix: what an entry is run with.
public struct ZooColumn: Sendable, Hashable {
    public let attention: String
    public let matmul: String
    public let weights: ZooWeights

    /// In a few words.
    public var title: String { "\(attention) \(shortTitle)" }

    /// The same without the attention backend; the matmul backend where it is not the default.
    public var shortTitle: String {
        weights.rawValue + (matmul == EngineOptions().matmulBackend ? "" : " \(matmul)")
    }

    /// All columns, by attention backend.
    ///
    /// - Parameters:
    ///   - attention: names; none means every registered one.
    ///   - matmul: names, each crossed with every type; none means the default one with every type, and the others with
    ///     float32.
    ///   - weights: none means all.
    /// - Throws: `RegistryError` for a name that is not registered.
    static func all(
        attention: [String], matmul: [String], weights: [ZooWeights], registry: PluginRegistry
    ) throws -> [ZooColumn] {
        for name in attention { _ = try registry.attentionBackends.part(named: name) }
        for name in matmul { _ = try registry.matmulBackends.part(named: name) }
        let types = weights.isEmpty ? ZooWeights.allCases : ZooWeights.allCases.filter(weights.contains)
        let usual = EngineOptions().matmulBackend
        let others = registry.matmulBackends.names.filter { $0 != usual }
        var pairs = (matmul.isEmpty ? [usual] : matmul).flatMap { name in types.map { (name, $0) } }
        if matmul.isEmpty, types.contains(.float32) { pairs += others.map { ($0, .float32) } }
        return (attention.isEmpty ? registry.attentionBackends.names : attention).flatMap { backend in
            pairs.map { ZooColumn(attention: backend, matmul: $0.0, weights: $0.1) }
        }
    }
}
