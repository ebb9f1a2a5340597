#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How a model stretches its rotary frequencies to contexts longer than it was first trained for.
struct RotaryScaling {
    enum Kind {
        case none
        /// Every frequency divided by `factor`.
        case linear(factor: Double)
        /// Long wavelengths divided by `factor`, short ones kept, those between blended (Llama 3.1).
        case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalLength: Double)
        /// A base that grows with the position beyond the original length. The position of each token decides, so that
        /// what is cached stays right: that is what Hugging Face's rotation comes to when tokens come one by one.
        case dynamic(factor: Double, originalLength: Double)
        /// Low frequencies divided by `factor`, high ones kept, a ramp between. Source: Peng et al., YaRN, 2023.
        case yarn(factor: Double, ramp: [Double])
        /// A divisor for each frequency, others for long sequences. Source: Ding et al., LongRoPE, 2024.
        case long(LongFactors)
    }

    struct LongFactors {
        let short: [Double]
        let long: [Double]
        /// Tokens of the longest sequence that the short ones serve.
        let originalLength: Int
    }

    let kind: Kind
    /// Multiplies cosines and sines.
    private(set) var magnitude = 1.0

    private static let known = "default, linear, dynamic, yarn, longrope or llama3"

    /// The name of a scaling's type; older files call the field `type`, and LongRoPE `su`.
    static func name(_ config: ModelConfiguration) throws(ConfigurationError) -> String {
        let name = try config.string("rope_type", default: config.string("type", default: "default"))
        return name == "su" ? "longrope" : name
    }

    /// - Parameter pairs: of rotated dimensions.
    init(_ parameters: RotaryParameters, pairs: Int) throws(ConfigurationError) {
        guard let config = parameters.scaling else {
            kind = .none
            return
        }
        switch try Self.name(config) {
        case "default": kind = .none
        case "linear": kind = .linear(factor: try Self.atLeastOne(config, "factor"))
        case "dynamic":
            kind = .dynamic(
                factor: try Self.atLeastOne(config, "factor"),
                originalLength: Double(try parameters.config.positive("max_position_embeddings")))
        case "llama3":
            let low = try Self.positive(config, "low_freq_factor")
            let high = try Self.positive(config, "high_freq_factor")
            guard high > low else {
                throw config.error("high_freq_factor", expected: "a number above low_freq_factor (\(low))")
            }
            kind = .llama3(
                factor: try Self.atLeastOne(config, "factor"), lowFactor: low, highFactor: high,
                originalLength: Double(try Self.originalLength(parameters, config)))
        case "yarn":
            let factor = try Self.atLeastOne(config, "factor")
            kind = .yarn(factor: factor, ramp: try Self.yarnRamp(parameters, config, pairs: pairs))
            magnitude = try Self.yarnMagnitude(config, factor: factor)
        case "longrope":
            let original = try Self.originalLength(parameters, config)
            kind = .long(
                LongFactors(
                    short: try Self.factors(config, "short_factor", count: pairs),
                    long: try Self.factors(config, "long_factor", count: pairs), originalLength: original))
            magnitude = try Self.longMagnitude(parameters, config, original: original)
        default: throw config.error(config.values["rope_type"] == nil ? "type" : "rope_type", expected: Self.known)
        }
    }

    static func plain(base: Double, dimensions: Int) -> [Double] {
        (0..<dimensions / 2).map { pow(base, -2 * Double($0) / Double(dimensions)) }
    }

    /// Radians per position, one for each pair, of a token at a position of a short sequence.
    func frequencies(base: Double, dimensions: Int, position: Int) -> [Double] {
        let plain = Self.plain(base: base, dimensions: dimensions)
        switch kind {
        case .none: return plain
        case .linear(let factor): return plain.map { $0 / factor }
        case .llama3(let factor, let low, let high, let original):
            return plain.map { frequency in
                let turns = original * frequency / (2 * Double.pi)
                if turns < low { return frequency / factor }
                if turns > high { return frequency }
                let kept = (turns - low) / (high - low)
                return (1 - kept) * frequency / factor + kept * frequency
            }
        case .dynamic(let factor, let original):
            let length = Double(position + 1)
            guard length > original, dimensions > 2 else { return plain }
            let growth = factor * length / original - (factor - 1)
            let exponent = Double(dimensions) / Double(dimensions - 2)
            return Self.plain(base: base * pow(growth, exponent), dimensions: dimensions)
        case .yarn(let factor, let ramp): return zip(plain, ramp).map { $0 / factor * $1 + $0 * (1 - $1) }
        case .long(let factors): return zip(plain, factors.short).map { $0 / $1 }
        }
    }

    // MARK: - Parameters

    /// From 0, where a frequency is kept, to 1, where it is divided.
    private static func yarnRamp(
        _ parameters: RotaryParameters, _ config: ModelConfiguration, pairs: Int
    ) throws(ConfigurationError) -> [Double] {
        let original = Double(try originalLength(parameters, config))
        let fast = try config.number("beta_fast", default: 32)
        let slow = try config.number("beta_slow", default: 1)
        guard fast > 0, slow > 0 else {
            throw config.error(fast > 0 ? "beta_slow" : "beta_fast", expected: "a number above 0")
        }
        let dimensions = Double(2 * pairs)
        // The pair that turns so often within the original length.
        func pair(turning turns: Double) -> Double {
            dimensions * log(original / (turns * 2 * Double.pi)) / (2 * log(parameters.base))
        }
        var (low, high) = (pair(turning: fast), pair(turning: slow))
        if try config.flag("truncate", default: parameters.config.flag("rope_truncate", default: true)) {
            (low, high) = (low.rounded(.down), high.rounded(.up))
        }
        (low, high) = (max(low, 0), min(high, dimensions - 1))
        if low == high { high += 0.001 }
        return (0..<pairs).map { min(max((Double($0) - low) / (high - low), 0), 1) }
    }

    private static func yarnMagnitude(
        _ config: ModelConfiguration, factor: Double
    ) throws(ConfigurationError) -> Double {
        if config.values["attention_factor"] ?? .null != .null { return try positive(config, "attention_factor") }
        let own = try config.number("mscale", default: 0)
        let all = try config.number("mscale_all_dim", default: 0)
        guard own != 0, all != 0 else { return yarnScale(factor, 1) }
        return yarnScale(factor, own) / yarnScale(factor, all)
    }

    /// How much larger scores become with a context stretched by `factor`.
    static func yarnScale(_ factor: Double, _ strength: Double) -> Double {
        factor <= 1 ? 1 : 0.1 * strength * log(factor) + 1
    }

    private static func longMagnitude(
        _ parameters: RotaryParameters, _ config: ModelConfiguration, original: Int
    ) throws(ConfigurationError) -> Double {
        if config.values["attention_factor"] ?? .null != .null { return try positive(config, "attention_factor") }
        let most = Double(try parameters.config.positive("max_position_embeddings", default: original))
        let stretch = try config.number("factor", default: most / Double(original))
        return stretch <= 1 || original < 2 ? 1 : sqrt(1 + log(stretch) / log(Double(original)))
    }

    /// The length that the model was first trained for: what stands beside the scaling has the first word.
    private static func originalLength(
        _ parameters: RotaryParameters, _ config: ModelConfiguration
    ) throws(ConfigurationError) -> Int {
        let field = "original_max_position_embeddings"
        if parameters.config.values[field] ?? .null != .null { return try parameters.config.positive(field) }
        if config.values[field] ?? .null == .null, parameters.config.values["max_position_embeddings"] != nil {
            return try parameters.config.positive("max_position_embeddings")
        }
        return try config.positive(field)
    }

    private static func factors(
        _ config: ModelConfiguration, _ field: String, count: Int
    ) throws(ConfigurationError) -> [Double] {
        let numbers = (config.values[field]?.arrayValue ?? []).compactMap(\.doubleValue)
        guard numbers.count == count, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw config.error(field, expected: "a list of \(count) numbers above 0, one for each pair of dimensions")
        }
        return numbers
    }

    private static func positive(_ config: ModelConfiguration, _ field: String) throws(ConfigurationError) -> Double {
        let value = try config.number(field, default: 0)
        guard value > 0 else { throw config.error(field, expected: "a number above 0") }
        return value
    }

    private static func atLeastOne(_ config: ModelConfiguration, _ field: String) throws(ConfigurationError) -> Double {
        let value = try config.number(field, default: 0)
        guard value >= 1 else { throw config.error(field, expected: "a number of at least 1") }
        return value
    }
}
