import QuireCore
import QuireFormats
import QuireJSON

/// What a GGUF file says about the scaling of its rotary frequencies, in the words of `config.json`.
struct GGUFRotaryScaling {
    let value: JSONValue

    /// `nil` where the file scales nothing.
    init?(_ file: GGUFFile, prefix: String) {
        func key(_ name: String) -> JSONValue? {
            file.metadata["\(prefix)rope.scaling.\(name)"].flatMap(JSONValue.init)
        }
        var scaling: JSONMembers = [:]
        scaling["factor"] = key("factor")
        scaling["original_max_position_embeddings"] = key("original_context_length")
        if let long = Self.floats(file, "rope_factors_long.weight"),
            let short = Self.floats(file, "rope_factors_short.weight")
        {
            scaling["rope_type"] = .string("longrope")
            scaling["long_factor"] = .array(long.map { .double(Double($0)) })
            scaling["short_factor"] = .array(short.map { .double(Double($0)) })
            scaling["attention_factor"] = key("attn_factor")
            value = .object(scaling)
            return
        }
        guard let type = key("type")?.stringValue, type != "none" else { return nil }
        scaling["rope_type"] = .string(type)
        if type == "yarn" {
            scaling["beta_fast"] = key("yarn_beta_fast")
            scaling["beta_slow"] = key("yarn_beta_slow")
            // DeepSeek's strength of the change, of which the file has a tenth.
            if let multiplier = key("yarn_log_multiplier")?.doubleValue, multiplier != 0 {
                scaling["mscale"] = .double(multiplier * 10)
                scaling["mscale_all_dim"] = .double(multiplier * 10)
            }
        }
        value = .object(scaling)
    }

    private static func floats(_ file: GGUFFile, _ name: String) -> [Float]? {
        guard let tensor = file.tensors.first(where: { $0.name == name }), tensor.type == .f32,
            tensor.shape.count == 1
        else { return nil }
        let bytes = UnsafeRawBufferPointer(start: tensor.bytes.baseAddress, count: tensor.bytes.count)
        return (0..<tensor.shape[0]).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
}
