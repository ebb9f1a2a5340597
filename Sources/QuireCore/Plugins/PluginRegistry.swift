/// The parts of one kind by name: filled at start-up, read afterwards.
public struct PluginTable<Part: Sendable>: Sendable {
    /// What the parts are called in messages, such as "attention backend".
    public let kind: String
    private var parts: [String: Part] = [:]

    init(kind: String) { self.kind = kind }

    public var names: [String] { parts.keys.sorted() }

    /// - Throws: `RegistryError.duplicate` where the name is taken.
    public mutating func add(_ name: String, _ part: Part) throws(RegistryError) {
        guard parts[name] == nil else { throw .duplicate(kind: kind, name: name) }
        parts[name] = part
    }

    /// - Throws: `RegistryError.unknown`, which lists the known names.
    public func part(named name: String) throws(RegistryError) -> Part {
        guard let part = parts[name] else { throw .unknown(kind: kind, name: name, known: names) }
        return part
    }
}

extension PluginTable where Part == any ModelArchitecture.Type {
    /// Adds an architecture under all of its names.
    ///
    /// - Throws: `RegistryError.duplicate` where one is taken.
    public mutating func add(_ architecture: any ModelArchitecture.Type) throws(RegistryError) {
        for name in architecture.names { try add(name, architecture) }
    }
}

/// Everything that plugins brought, a table for each kind of part: a value, filled once at start-up, never changed after.
public struct PluginRegistry: Sendable {
    /// By the names that `config.json` uses in `architectures`.
    public var architectures = PluginTable<any ModelArchitecture.Type>(kind: "model architecture")
    public var attentionBackends = PluginTable<any AttentionBackend.Type>(kind: "attention backend")
    public var matmulBackends = PluginTable<any MatmulBackend.Type>(kind: "matmul backend")
    public var samplers = PluginTable<any Sampler.Type>(kind: "sampler")
    public var logitsProcessors = PluginTable<any LogitsProcessor.Type>(kind: "logits processor")
    public var decodingStrategies = PluginTable<any DecodingStrategy.Type>(kind: "decoding strategy")

    public init() {}

    /// A registry with the parts of the given plugins.
    ///
    /// - Throws: `RegistryError` where two bring the same name.
    public init(_ plugins: [any EnginePlugin.Type]) throws(RegistryError) {
        for plugin in plugins { try plugin.register(in: &self) }
    }

    /// The names of all parts by kind, for people.
    public var summary: [(kind: String, names: [String])] {
        [
            (architectures.kind, architectures.names), (attentionBackends.kind, attentionBackends.names),
            (matmulBackends.kind, matmulBackends.names), (samplers.kind, samplers.names),
            (logitsProcessors.kind, logitsProcessors.names), (decodingStrategies.kind, decodingStrategies.names),
        ]
    }
}

/// A name that is taken or unknown.
public enum RegistryError: UserError, Equatable {
    case duplicate(kind: String, name: String)
    case unknown(kind: String, name: String, known: [String])

    public var kind: UserErrorKind { .usage }

    public var description: String {
        switch self {
        case .duplicate(let kind, let name):
            "two plugins bring a \(kind) named '\(name)'; names must differ"
        case .unknown(let kind, let name, let known):
            "unknown \(kind) '\(name)'; known: \(known.isEmpty ? "none" : known.joined(separator: ", "))"
        }
    }
}
