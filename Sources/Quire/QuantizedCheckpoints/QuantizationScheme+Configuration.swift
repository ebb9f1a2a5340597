import QuireCore
import QuireJSON

extension QuantizationScheme {
    static let methods = ["awq", "compressed-tensors", "fp8", "gptq", "mxfp4"]

    /// Reads what a configuration says, or gives nil where it speaks of no quantisation.
    ///
    /// - Throws: `ConfigurationError` that names the field, its value and what would be valid.
    package init?(_ config: ModelConfiguration) throws(ConfigurationError) {
        // Some of the first compressed-tensors checkpoints use the second name.
        let name = config.values["quantization_config"] == nil ? "compression_config" : "quantization_config"
        guard let object = try config.object(name) else { return nil }
        switch try object.string("quant_method", default: "") {
        case "gptq": self = try Self.gptq(object)
        case "awq": self = try Self.awq(object)
        case "compressed-tensors": self = try Self.compressedTensors(object)
        case "fp8": self = try Self.fp8(object)
        case "mxfp4": self = .mxfp4
        default: throw object.error("quant_method", expected: Self.methods.joined(separator: ", "))
        }
    }

    private static func gptq(_ config: ModelConfiguration) throws(ConfigurationError) -> QuantizationScheme {
        try requireFourBits(config, "bits")
        let format = try config.string("checkpoint_format", default: "gptq")
        guard ["gptq", "gptq_v2"].contains(format) else {
            throw config.error("checkpoint_format", expected: "gptq or gptq_v2")
        }
        guard try !config.flag("is_marlin_format", default: false) else {
            throw config.error("is_marlin_format", expected: "false: convert the checkpoint to the format gptq")
        }
        // Rules for single layers: those that leave layers out show in the tensors, others change the layout.
        let rules = try config.object("dynamic")?.members.keys.sorted() ?? []
        for rule in rules where !rule.hasPrefix("-:") {
            throw ConfigurationError(
                place: config.place,
                problem: "'dynamic' has the rule '\(rule)'; expected rules that leave layers out, which begin with -:")
        }
        return .gptq(
            groups: try groupSize(config, "group_size"), zeroOffset: format == "gptq" ? 1 : 0,
            isActOrdered: try config.flag("desc_act", default: false))
    }

    private static func awq(_ config: ModelConfiguration) throws(ConfigurationError) -> QuantizationScheme {
        try requireFourBits(config, config.values["w_bit"] == nil ? "bits" : "w_bit")
        guard try config.string("version", default: "gemm").lowercased() == "gemm" else {
            throw config.error("version", expected: "gemm")
        }
        return .awq(groups: try groupSize(config, config.values["q_group_size"] == nil ? "group_size" : "q_group_size"))
    }

    private static func fp8(_ config: ModelConfiguration) throws(ConfigurationError) -> QuantizationScheme {
        guard try config.string("fmt", default: "e4m3") == "e4m3" else { throw config.error("fmt", expected: "e4m3") }
        return .fp8(block: try scaleBlock(config, "weight_block_size"))
    }

    private static func requireFourBits(
        _ config: ModelConfiguration, _ field: String
    ) throws(ConfigurationError) {
        guard config.values[field]?.intValue == 4 else { throw config.error(field, expected: "4") }
    }

    private static func groupSize(
        _ config: ModelConfiguration, _ field: String
    ) throws(ConfigurationError) -> GroupSize {
        guard let size = config.values[field]?.intValue.flatMap(GroupSize.init) else {
            throw config.error(field, expected: GroupSize.valid)
        }
        return size
    }

    /// Two numbers, or nil where the field is missing or null.
    static func scaleBlock(
        _ config: ModelConfiguration, _ field: String
    ) throws(ConfigurationError) -> ScaleBlock? {
        guard let value = config.values[field], value != .null else { return nil }
        let sizes = value.arrayValue?.compactMap(\.intValue) ?? []
        guard sizes.count == 2, value.arrayValue?.count == 2, sizes.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
            sizes[1] % 32 == 0
        else { throw config.error(field, expected: "rows and columns, such as [128, 128]; columns a multiple of 32") }
        return ScaleBlock(rows: sizes[0], columns: sizes[1])
    }
}

extension ModelConfiguration {
    /// The fields of an object.
    var members: JSONMembers { values.objectValue ?? [:] }
}
