/// What a configuration says about rotary positions, wherever it says it.
///
/// Files of transformers 5 gather everything under `rope_parameters`; older ones have `rope_theta` beside `rope_scaling`.
public struct RotaryParameters: Sendable {
    /// The whole configuration.
    public let config: ModelConfiguration
    /// The object that tells the scaling, where there is one.
    let scaling: ModelConfiguration?
    /// What powers of give the frequencies.
    public let base: Double

    /// - Parameters:
    ///   - section: of `rope_parameters`, where kinds of layers have their own.
    ///   - base: where the file has no `rope_theta`.
    /// - Throws: `ConfigurationError` for a theta that cannot be.
    public init(
        _ config: ModelConfiguration, section: String? = nil, base: Double = 10_000
    ) throws(ConfigurationError) {
        self.config = config
        let field = config.values["rope_parameters"] ?? .null == .null ? "rope_scaling" : "rope_parameters"
        var parameters = try config.object(field)
        if let section, let own = try parameters?.object(section) { parameters = own }
        scaling = parameters
        let ownTheta = try config.number("rope_theta", default: base)
        self.base = try (parameters ?? config).number("rope_theta", default: ownTheta)
        guard self.base > 0 else {
            let holder = parameters?.values["rope_theta"] == nil ? config : parameters ?? config
            throw holder.error("rope_theta", expected: "a number above 0")
        }
    }

    /// Parameters without a scaling.
    public init(_ config: ModelConfiguration, unscaledBase base: Double) {
        self.config = config
        self.base = base
        scaling = nil
    }

    /// Rotated dimensions of a head: its first ones.
    ///
    /// - Parameters:
    ///   - field: that tells their share of the head, beside or under `rope_parameters`.
    ///   - share: where no field tells.
    /// - Throws: `ConfigurationError` for a share that cannot be.
    public func dimensions(
        ofHead headDim: Int, field: String = "partial_rotary_factor", default share: Double = 1
    ) throws(ConfigurationError) -> Int {
        // GGUF files give the number itself.
        let stored = try config.positive("rotary_dim", default: 0)
        if stored > 0 {
            guard stored <= headDim, stored % 2 == 0 else {
                throw config.error("rotary_dim", expected: "an even number up to the head's size (\(headDim))")
            }
            return stored
        }
        let holder = scaling?.values["partial_rotary_factor"] == nil ? config : scaling ?? config
        let name = scaling?.values["partial_rotary_factor"] == nil ? field : "partial_rotary_factor"
        let factor = try holder.number(name, default: share)
        // Where no field tells the share, the head is what is wrong.
        if holder.values[name] ?? .null == .null, factor == 1, headDim % 2 != 0 {
            throw config.error("head_dim", expected: "an even number")
        }
        let dimensions = Int((Double(headDim) * min(max(factor, 0), 2)).rounded(.down))
        guard factor > 0, factor <= 1, dimensions >= 2, dimensions % 2 == 0 else {
            throw holder.error(
                name, expected: "a share of the head's \(headDim) dimensions that is an even number of them")
        }
        return dimensions
    }

    /// Tokens of the longest sequence that a model can be given: frequencies that grow with the position reach beyond what
    /// it was trained for.
    ///
    /// - Throws: `ConfigurationError`.
    public static func longestLength(_ config: ModelConfiguration) throws(ConfigurationError) -> Int {
        let trained = try config.positive("max_position_embeddings", default: 2_048)
        guard let scaling = try RotaryParameters(config).scaling, try RotaryScaling.name(scaling) == "dynamic" else {
            return trained
        }
        let factor = try scaling.number("factor", default: 1)
        return Int(min(Double(trained) * max(factor, 1), Double(Int32.max)))
    }

    /// What YaRN's factors stretch, where that is the scaling.
    public var yarn: (factor: Double, scaling: ModelConfiguration)? {
        get throws(ConfigurationError) {
            guard let scaling, try RotaryScaling.name(scaling) == "yarn" else { return nil }
            return (try scaling.number("factor", default: 1), scaling)
        }
    }
}
