import QuireCore

extension QuantizationScheme {
    private static let formats = ["int-quantized", "float-quantized", "naive-quantized", "pack-quantized"]

    /// Reads a configuration of the compressed-tensors library.
    ///
    /// Activations that are quantised too stay floats here, which loses nothing.
    static func compressedTensors(_ config: ModelConfiguration) throws(ConfigurationError) -> QuantizationScheme {
        let format = try config.string("format", default: "dense")
        // Mixed checkpoints name a format for each group of layers.
        guard format == "mixed-precision" || formats.contains(format) else {
            throw config.error("format", expected: formats.joined(separator: ", "))
        }
        if let sparsity = try config.object("sparsity_config") {
            guard try sparsity.string("format", default: "dense") == "dense" else {
                throw sparsity.error("format", expected: "dense: sparse weights do not run")
            }
        }
        if let transform = try config.object("transform_config"), !transform.members.isEmpty {
            throw config.error("transform_config", expected: "none: transformed weights do not run")
        }
        guard let groups = try config.object("config_groups"), !groups.members.isEmpty else {
            throw config.error("config_groups", expected: "an object with a scheme for some layers")
        }
        var blocks: Set<[Int]> = []
        for name in groups.members.keys.sorted() {
            guard let group = try groups.object(name) else { throw groups.error(name, expected: "an object") }
            let block = try check(group, format: try group.string("format", default: format))
            if let block { blocks.insert([block.rows, block.columns]) }
        }
        guard blocks.count <= 1 else {
            throw ConfigurationError(
                place: groups.place, problem: "has blocks of several sizes; expected one 'block_structure' for all")
        }
        return .compressedTensors(
            format: format, block: blocks.first.map { ScaleBlock(rows: $0[0], columns: $0[1]) })
    }

    /// Checks how the layers of one group are quantised; returns the block of their scales, where they have one.
    private static func check(_ group: ModelConfiguration, format: String) throws(ConfigurationError) -> ScaleBlock? {
        guard formats.contains(format) else {
            throw group.error("format", expected: formats.joined(separator: ", "))
        }
        guard let weights = try group.object("weights") else {
            throw group.error("weights", expected: "an object: schemes for activations alone do not run")
        }
        let bits = format == "pack-quantized" ? [4, 8] : [8]
        guard let found = weights.values["num_bits"]?.intValue, bits.contains(found) else {
            let valid = bits.map(String.init).joined(separator: " or ")
            throw weights.error("num_bits", expected: "\(valid) where the format is \(format)")
        }
        let types = format == "float-quantized" ? ["float"] : format == "naive-quantized" ? ["int", "float"] : ["int"]
        guard types.contains(try weights.string("type", default: "int")) else {
            throw weights.error("type", expected: "\(types.joined(separator: " or ")) where the format is \(format)")
        }
        return try scaleBlock(weights, "block_structure")
    }
}
