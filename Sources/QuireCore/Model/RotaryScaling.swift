#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// How a model stretches its rotary frequencies to contexts longer than it was first trained for.
enum RotaryScaling {
    case none
    /// Every frequency divided by `factor`.
    case linear(factor: Double)
    /// Long wavelengths divided by `factor`, short ones kept, those between blended (Llama 3.1).
    case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalLength: Double)

    /// - Parameter config: `rope_scaling` or `rope_parameters`, where the file has one.
    init(_ config: ModelConfiguration?) throws(ConfigurationError) {
        guard let config else {
            self = .none
            return
        }
        // Older files call the field `type`.
        let type = try config.string("rope_type", default: config.string("type", default: "default"))
        switch type {
        case "default": self = .none
        case "linear": self = .linear(factor: try Self.atLeastOne(config, "factor"))
        case "llama3":
            let low = try Self.positive(config, "low_freq_factor")
            let high = try Self.positive(config, "high_freq_factor")
            guard high > low else {
                throw config.error("high_freq_factor", expected: "a number above low_freq_factor (\(low))")
            }
            self = .llama3(
                factor: try Self.atLeastOne(config, "factor"), lowFactor: low, highFactor: high,
                originalLength: Double(try config.positive("original_max_position_embeddings")))
        default:
            throw config.error(
                config.values["rope_type"] == nil ? "type" : "rope_type", expected: "default, linear or llama3")
        }
    }

    func apply(to frequencies: [Double]) -> [Double] {
        switch self {
        case .none: frequencies
        case .linear(let factor): frequencies.map { $0 / factor }
        case .llama3(let factor, let low, let high, let original):
            frequencies.map { frequency in
                let turns = original * frequency / (2 * Double.pi)
                if turns < low { return frequency / factor }
                if turns > high { return frequency }
                let kept = (turns - low) / (high - low)
                return (1 - kept) * frequency / factor + kept * frequency
            }
        }
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
