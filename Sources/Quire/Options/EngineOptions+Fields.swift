import QuireCore

extension EngineOptions: NamedOptions {
    public static let fields: [OptionField<EngineOptions>] = [
        .text("model", \.model),
        .text("revision", \.revision),
        .texts("plugin", plural: "plugins", \.plugins),
        .required("attention-backend", \.attentionBackend),
        .required("matmul-backend", \.matmulBackend),
        OptionField<EngineOptions>(name: "dtype") { (value, options) throws(OptionError) in
            guard let dtype = DType(rawValue: value) else {
                let known = DType.allCases.map(\.rawValue).joined(separator: ", ")
                throw OptionError(name: "dtype", value: value, expected: known)
            }
            options.dtype = dtype
        },
        OptionField<EngineOptions>(name: "quantization") { (value, options) throws(OptionError) in
            options.quantization = try WeightFormat(named: value, among: WeightFormat.quantized)
        },
        .text("packed-cache", \.packedCache),
        OptionField<EngineOptions>(name: "kv-cache-dtype") { (value, options) throws(OptionError) in
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
        .number("block-size", \.blockSize),
        .bytes("kv-cache-memory", \.kvCacheMemory),
        .bytes("memory-limit", \.memoryLimit),
        .optionalNumber("max-model-len", \.maxModelLength),
        .number("max-num-seqs", \.maxSequences),
        .number("max-num-batched-tokens", \.maxBatchedTokens),
        .optionalDouble("max-step-ms", \.maxStepMilliseconds, expected: "milliseconds, such as 50"),
        .choice("enable-prefix-caching", \.enablePrefixCaching),
        .choice("block-sharing", \.blockSharing),
        .number("max-queued-requests", \.maxQueuedRequests),
        .optionalNumber("threads", \.threads),
        OptionField<EngineOptions>(name: "seed") { (value, options) throws(OptionError) in
            guard let number = UInt64(value) else {
                throw OptionError(name: "seed", value: value, expected: "a whole number of at least 0")
            }
            options.seed = number
        },
        .text("cpu", \.cpu),
    ]
}
