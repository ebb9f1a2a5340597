/// A model definition: a description of its layers that never sees caches, block tables, threads or batch layout.
///
/// Obligations: name every weight once in `init`, in the scope given; compute each row of a step from that row alone,
/// except through `ForwardPass.attend`.
public protocol ModelArchitecture: SendableMetatype {
    /// The names in `config.json`'s `architectures` that it serves.
    static var names: [String] { get }

    /// How GGUF files call this architecture and its tensors, where they know it.
    static var gguf: GGUFNaming? { get }

    /// How the family's `config.json` differs from the usual.
    static var dialect: ConfigurationDialect { get }

    /// How the names of weights end that Hugging Face checkpoints hold as `[inputs, outputs]`, or `[…, inputs, outputs]`.
    static var transposedWeights: [String] { get }

    /// Lengths beyond which what is computed for a token changes, ascending: a sequence that may become longer shares
    /// nothing with those that may not.
    var lengthThresholds: [Int] { get }

    /// - Throws: `ConfigurationError` for a value it cannot serve, `WeightError` for a missing or misshapen weight.
    init(config: ModelConfiguration, weights: WeightScope) throws

    /// The logits `[sampled rows, vocabulary]` of the rows that the pass wants.
    func logits(_ pass: ForwardPass) throws -> Tensor
}

extension ModelArchitecture {
    public static var gguf: GGUFNaming? { nil }
    public static var dialect: ConfigurationDialect { ConfigurationDialect() }
    public var lengthThresholds: [Int] { [] }
    public static var transposedWeights: [String] { [] }
}
