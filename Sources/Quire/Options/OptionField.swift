import QuireCore

/// One engine option as text: the same name on the command line, in a configuration file and, in capitals, in the
/// environment.
public struct OptionField: Sendable {
    /// Such as `max-num-seqs`.
    public let name: String
    /// - Throws: `OptionError` where the text is not a value of the option.
    public let set: @Sendable (_ text: String, _ options: inout EngineOptions) throws(OptionError) -> Void

    /// Such as `QUIRE_MAX_NUM_SEQS`.
    public var environmentName: String { "QUIRE_" + name.uppercased().replacing("-", with: "_") }

    /// Every option that a file or the environment may set.
    public static let all: [OptionField] = [
        text("model", \.model),
        text("revision", \.revision),
        required("attention-backend", \.attentionBackend),
        required("matmul-backend", \.matmulBackend),
        OptionField(name: "dtype") { (value, options) throws(OptionError) in
            guard let dtype = DType(rawValue: value) else {
                let known = DType.allCases.map(\.rawValue).joined(separator: ", ")
                throw OptionError(name: "dtype", value: value, expected: known)
            }
            options.dtype = dtype
        },
        OptionField(name: "quantization") { (value, options) throws(OptionError) in
            options.quantization = try WeightFormat(named: value, among: WeightFormat.quantized)
        },
        text("packed-cache", \.packedCache),
        OptionField(name: "kv-cache-dtype") { (value, options) throws(OptionError) in
            let type = KVCacheType(named: value)
            guard type != nil || value == "auto" else {
                let known = KVCacheType.allCases.map {
                    $0.rawValue == $0.shortName ? $0.rawValue : "\($0.rawValue) (\($0.shortName))"
                }
                throw OptionError(
                    name: "kv-cache-dtype", value: value, expected: (["auto"] + known).joined(separator: ", "))
            }
            options.kvCacheType = type
        },
        number("block-size", \.blockSize),
        bytes("kv-cache-memory", \.kvCacheMemory),
        bytes("memory-limit", \.memoryLimit),
        optionalNumber("max-model-len", \.maxModelLength),
        number("max-num-seqs", \.maxSequences),
        number("max-num-batched-tokens", \.maxBatchedTokens),
        OptionField(name: "max-step-ms") { (value, options) throws(OptionError) in
            guard let number = Double(value) else {
                throw OptionError(name: "max-step-ms", value: value, expected: "milliseconds, such as 50")
            }
            options.maxStepMilliseconds = number
        },
        choice("enable-prefix-caching", \.enablePrefixCaching),
        choice("block-sharing", \.blockSharing),
        number("max-queued-requests", \.maxQueuedRequests),
        optionalNumber("threads", \.threads),
        OptionField(name: "seed") { (value, options) throws(OptionError) in
            guard let number = UInt64(value) else {
                throw OptionError(name: "seed", value: value, expected: "a whole number of at least 0")
            }
            options.seed = number
        },
        text("cpu", \.cpu),
    ]

    private static func text(_ name: String, _ path: WritableKeyPath<EngineOptions, String?> & Sendable) -> OptionField
    {
        OptionField(name: name) { (value, options) in options[keyPath: path] = value }
    }

    private static func choice(
        _ name: String, _ path: WritableKeyPath<EngineOptions, Bool> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            guard let isOn = ["true": true, "false": false][value] else {
                throw OptionError(name: name, value: value, expected: "true or false")
            }
            options[keyPath: path] = isOn
        }
    }

    private static func required(
        _ name: String, _ path: WritableKeyPath<EngineOptions, String> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) in options[keyPath: path] = value }
    }

    private static func number(
        _ name: String, _ path: WritableKeyPath<EngineOptions, Int> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try whole(name, value)
        }
    }

    private static func optionalNumber(
        _ name: String, _ path: WritableKeyPath<EngineOptions, Int?> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try whole(name, value)
        }
    }

    private static func bytes(
        _ name: String, _ path: WritableKeyPath<EngineOptions, Int?> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            guard let size = ByteCount(parsing: value) else {
                throw OptionError(name: name, value: value, expected: "bytes, such as 4GiB or 512M")
            }
            options[keyPath: path] = size.bytes
        }
    }

    private static func whole(_ name: String, _ value: String) throws(OptionError) -> Int {
        guard let number = Int(value) else { throw OptionError(name: name, value: value, expected: "a whole number") }
        return number
    }
}
