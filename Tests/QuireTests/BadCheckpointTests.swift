import Foundation
import Quire
import Testing

@Suite("A quantised checkpoint that cannot be used is refused with the place, the value and what was expected")
struct BadCheckpointTests {
    private static let layer = "model.layers.0.self_attn.q_proj."

    private func folder(_ variant: String) throws -> ModelFolder {
        try ModelFolder(copying: "llama-checkpoints/\(variant)")
    }

    /// A model, where in `quantization_config` to put which value, and what the complaint says.
    struct Field: CustomTestStringConvertible, Sendable {
        let variant: String
        let path: [String]
        let value: String
        let says: [String]
        var testDescription: String { "\(variant): \(path.joined(separator: ".")) is \(value)" }

        init(_ variant: String, _ path: String, _ value: String, _ says: String...) {
            (self.variant, self.value, self.says) = (variant, value, says)
            self.path = path.split(separator: ".").map(String.init)
        }
    }

    static let fields: [Field] = [
        Field("gptq-32", "quant_method", "\"squeezellm\"", "squeezellm", "awq, compressed-tensors, fp8, gptq"),
        Field("gptq-32", "quant_method", "null", "quant_method", "awq, compressed-tensors, fp8, gptq"),
        Field("gptq-32", "quant_method", "7", "quant_method", "7"),
        Field("gptq-32", "bits", "3", "'bits' is 3", "expected 4"),
        Field("gptq-32", "bits", "null", "'bits'", "expected 4"),
        Field("gptq-32", "group_size", "48", "'group_size' is 48", "32, 64, 128", "-1"),
        Field("gptq-32", "group_size", "0", "'group_size' is 0", "32, 64, 128"),
        Field("gptq-32", "group_size", "-2", "'group_size' is -2", "32, 64, 128"),
        Field("gptq-32", "group_size", "96", "groups of 96", "rows of 256", "32, 64, 128"),
        Field("gptq-32", "group_size", "4611686018427387904", "4611686018427387904", "32, 64, 128"),
        Field("gptq-32", "group_size", "64", "mlp.down_proj.qzeros'", "[8, 16]", "[4, 16]"),
        Field("gptq-32", "checkpoint_format", "\"marlin\"", "marlin", "gptq or gptq_v2"),
        Field("gptq-32", "is_marlin_format", "true", "is_marlin_format", "false"),
        Field("gptq-32", "dynamic", "{\"+:.*down.*\": {\"bits\": 8}}", "+:.*down.*", "-:"),
        Field("awq-64", "bits", "8", "'bits' is 8", "expected 4"),
        Field("awq-64", "version", "\"gemv\"", "gemv", "gemm"),
        Field("awq-64", "group_size", "\"big\"", "\"big\"", "32, 64, 128"),
        Field("awq-64", "quant_method", "\"gptq\"", "mlp.down_proj.qzeros'", "[32, 2]"),
        Field("int8", "format", "\"marlin-24\"", "marlin-24", "int-quantized"),
        Field("int8", "sparsity_config", "{\"format\": \"sparse-24-bitmask\"}", "sparse-24-bitmask", "dense"),
        Field("int8", "transform_config", "{\"groups\": 1}", "transform_config", "none"),
        Field("int8", "config_groups", "{}", "config_groups"),
        Field("int8", "config_groups", "{\"a\": 3}", "'a' is 3", "an object"),
        Field("int8", "config_groups.group_0.weights", "null", "weights", "activations alone"),
        Field("int8", "config_groups.group_0.weights.num_bits", "6", "'num_bits' is 6", "8"),
        Field("int4", "config_groups.group_0.weights.num_bits", "3", "'num_bits' is 3", "4 or 8", "pack-quantized"),
        Field("float8", "config_groups.group_0.weights.type", "\"int\"", "\"int\"", "float"),
        Field("float8", "config_groups.group_2.weights.block_structure", "[128]", "block_structure", "[128, 128]"),
        Field("float8", "config_groups.group_2.weights.block_structure", "null", "weight_scale", "[1, 2]"),
        Field("float8", "config_groups.group_1.weights.block_structure", "[64, 64]", "several sizes"),
        Field("fp8-block", "weight_block_size", "[128, 100]", "weight_block_size", "multiple of 32"),
        Field("fp8-block", "weight_block_size", "[0, 128]", "weight_block_size", "[128, 128]"),
        Field("fp8-block", "weight_block_size", "[64, 64]", "weight_scale_inv", "blocks of 64 × 64"),
        Field("fp8", "fmt", "\"e5m2\"", "e5m2", "e4m3"),
    ]

    @Test("a field of quantization_config that cannot be is named with what can", arguments: fields)
    func field(field: Field) throws {
        let folder = try folder(field.variant)
        let value = try JSONSerialization.jsonObject(with: Data(field.value.utf8), options: .fragmentsAllowed)
        folder.config["quantization_config"] = try Self.replacing(
            field.path[...], in: try #require(folder.config["quantization_config"]), with: value)
        let complaint = folder.complaint()
        for part in field.says { #expect(complaint.contains(part), "\(complaint)") }
    }

    private static func replacing(_ path: ArraySlice<String>, in value: Any, with new: Any) throws -> Any {
        guard let key = path.first else { return new }
        var object = try #require(value as? [String: Any])
        object[key] = try replacing(path.dropFirst(), in: object[key] ?? [String: Any](), with: new)
        return object
    }

    @Test("quantised weights without a quantization_config are named", arguments: ["gptq-32", "int4"])
    func undeclared(variant: String) throws {
        let folder = try folder(variant)
        folder.config["quantization_config"] = nil
        let complaint = folder.complaint()
        #expect(complaint.contains("quantization_config") && complaint.contains("gptq"), "\(complaint)")
    }

    static let parts: [(variant: String, part: String)] = [
        ("gptq-32", "qzeros"), ("gptq-32", "scales"), ("gptq-128-act", "g_idx"), ("awq-64", "qzeros"),
        ("awq-64", "scales"), ("int8", "weight_scale"), ("int4", "weight_scale"), ("int4", "weight_shape"),
        ("int8-packed", "weight_scale"),
        ("float8", "weight_scale"), ("fp8-block", "weight_scale_inv"),
    ]

    @Test("a tensor that a quantised layer lacks is named", arguments: parts)
    func missing(variant: String, part: String) throws {
        let folder = try folder(variant)
        folder.tensors.removeAll { $0.name == Self.layer + part }
        let complaint = folder.complaint()
        // What is multiplied by is looked for under its usual name.
        let name = part == "weight_scale_inv" ? "weight_scale" : part
        #expect(complaint.contains("has no '\(Self.layer)\(name)'"), "\(complaint)")
    }

    @Test("a tensor of another shape is named with both", arguments: parts.filter { $0.part != "weight_shape" })
    func shape(variant: String, part: String) throws {
        for shape in [[3], [1, 3], [0, 5], [1 << 62, 0]] {
            let folder = try folder(variant)
            let index = folder.index(of: Self.layer + part)
            folder.tensors[index].shape = shape
            let size = folder.tensors[index].type == "F16" || folder.tensors[index].type == "BF16" ? 2 : 4
            folder.tensors[index].bytes = Data(count: shape.contains(0) ? 0 : shape.reduce(1, *) * size)
            let complaint = folder.complaint()
            #expect(complaint.contains("'\(Self.layer)\(part)' has shape \(shape)"), "\(complaint)")
        }
    }

    @Test(
        "numbers of another shape than the layer's are named with both",
        arguments: [("gptq-32", "qweight", "I32"), ("int4", "weight_packed", "I32"), ("int8", "weight", "I8")])
    func numbers(variant: String, part: String, type: String) throws {
        for shape in [[8, 12], [16, 12], [4], [1 << 62, 0], [0, 0]] {
            let folder = try folder(variant)
            let index = folder.index(of: Self.layer + part)
            folder.tensors[index].shape = shape
            folder.tensors[index].bytes = Data(
                count: shape.contains(0) ? 0 : shape.reduce(1, *) * (type == "I8" ? 1 : 4))
            let complaint = folder.complaint()
            #expect(complaint.contains(Self.layer) && complaint != "loaded", "\(complaint)")
        }
    }

    @Test("a tensor of another type is named with those that it may have", arguments: ["qweight", "scales", "g_idx"])
    func type(part: String) throws {
        let folder = try folder("gptq-32")
        let index = folder.index(of: Self.layer + part)
        let bytes = folder.tensors[index].bytes.count / folder.tensors[index].shape.reduce(1, *)
        folder.tensors[index].type = bytes == 4 ? "U32" : "I16"
        let complaint = folder.complaint()
        #expect(complaint.contains("'\(Self.layer)\(part)' is stored as"), "\(complaint)")
        #expect(complaint.contains("expected \(part == "scales" ? "f16 or bf16 or f32" : "i32")"), "\(complaint)")
    }

    static let scales: [(variant: String, part: String)] = [
        ("gptq-32", "scales"), ("gptq-v2-act", "scales"), ("awq-128", "scales"), ("int8", "weight_scale"),
        ("int4", "weight_scale"), ("fp8", "weight_scale"), ("fp8-block", "weight_scale_inv"),
    ]

    @Test("a scale that is NaN or infinite is named with its place", arguments: scales)
    func scale(variant: String, part: String) throws {
        for isNaN in [true, false] { try checkScale(variant, part, isNaN: isNaN) }
    }

    private func checkScale(_ variant: String, _ part: String, isNaN: Bool) throws {
        let folder = try folder(variant)
        let index = folder.index(of: Self.layer + part)
        let (shape, type) = (folder.tensors[index].shape, folder.tensors[index].type)
        let count = shape.reduce(1, *)
        let size = folder.tensors[index].bytes.count / count
        // The last one, little-endian: all bits of the exponent, and for a NaN one of the mantissa.
        let high: [UInt8] = type == "F16" ? [isNaN ? 0x01 : 0x00, 0x7C] : [isNaN ? 0x81 : 0x80, 0x7F]
        let last = Data(count: size - 2) + high
        folder.tensors[index].bytes.replaceSubrange(((count - 1) * size)..., with: last)
        let complaint = folder.complaint()
        #expect(complaint.contains("'\(Self.layer)\(part)' is \(isNaN ? "NaN" : "inf")"), "\(complaint)")
        #expect(complaint.contains("\(shape.map { $0 - 1 })"), "\(complaint)")
    }

    @Test("an E4M3 weight that is NaN is named with its row", arguments: ["fp8", "float8"])
    func numberIsNaN(variant: String) throws {
        let folder = try folder(variant)
        let index = folder.index(of: Self.layer + "weight")
        folder.tensors[index].bytes[5 * 128 + 70] = 0xFF
        let complaint = folder.complaint()
        #expect(complaint.contains("NaN in row 5, columns 64 to 95"), "\(complaint)")
    }

    @Test(
        "a group that does not exist, or has no whole blocks, is named", arguments: ["gptq-128-act", "int4-asym-act"])
    func groups(variant: String) throws {
        let part = variant == "int4-asym-act" ? "weight_g_idx" : "g_idx"
        // Down has 256 channels in groups of 128 or 64.
        let name = "model.layers.0.mlp.down_proj.\(part)"
        for (value, says) in [(Int32(4), "group 4"), (-1, "group -1"), (.max, "group \(Int32.max)")] {
            let folder = try folder(variant)
            folder.tensors[folder.index(of: name)].bytes.replaceSubrange(
                8..<12, with: withUnsafeBytes(of: value.littleEndian) { Data($0) })
            let complaint = folder.complaint()
            #expect(
                complaint.contains("'\(name)' puts channel 2 into \(says)") && complaint.contains("0 to"),
                "\(complaint)")
        }
        let folder = try folder(variant)
        folder.tensors[folder.index(of: name)].bytes = Data(count: 256 * 4 - 4) + [1, 0, 0, 0]
        #expect(folder.complaint().contains("'\(name)' gives group 0 255 channels; expected a multiple of 32"))
    }

    @Test("a layer that is there as floats too, and a shape that is not the layer's, are named")
    func contradictions() throws {
        let twice = try folder("gptq-32")
        twice.tensors.append((Self.layer + "weight", "F16", [128, 128], Data(count: 128 * 128 * 2)))
        #expect(twice.complaint().contains("'\(Self.layer)weight' is there beside '\(Self.layer)qweight'"))
        let other = try folder("int4")
        other.tensors[other.index(of: Self.layer + "weight_shape")].bytes[0] = 96
        let complaint = other.complaint()
        #expect(complaint.contains("'\(Self.layer)weight_shape' says [96, 128]"), "\(complaint)")
        #expect(complaint.contains("[128, 128] with 4 bits") && complaint.contains("[128, 64] with 8"), "\(complaint)")
    }

    @Test("layers that are not quantised run beside those that are")
    func notConverted() throws {
        let folder = try folder("gptq-32")
        folder.tensors.removeAll { $0.name.hasPrefix(Self.layer) }
        folder.tensors.append((Self.layer + "weight", "F16", [128, 128], Data(count: 128 * 128 * 2)))
        #expect(folder.complaint() == "loaded")
    }

    @Test("an embedding in another order is refused, one in groups runs", arguments: [true, false])
    func embedding(isActOrdered: Bool) throws {
        let folder = try folder("gptq-32")
        folder.tensors.removeAll { $0.name.hasPrefix("model.embed_tokens") }
        let order = (0..<128).map { Int32(isActOrdered ? 3 - $0 / 32 : $0 / 32) }
        folder.tensors += [
            ("model.embed_tokens.qweight", "I32", [16, 96], Data(repeating: 0x5A, count: 16 * 96 * 4)),
            ("model.embed_tokens.qzeros", "I32", [4, 12], Data(repeating: 0x77, count: 4 * 12 * 4)),
            ("model.embed_tokens.scales", "F16", [4, 96], Data(repeating: 0x20, count: 4 * 96 * 2)),
            ("model.embed_tokens.g_idx", "I32", [128], order.withUnsafeBytes { Data($0) }),
        ]
        let complaint = folder.complaint()
        #expect(isActOrdered ? complaint.contains("act-order") : complaint == "loaded", "\(complaint)")
        if isActOrdered { return }
        // The head is tied to it: kept once.
        var options = EngineOptions(model: folder.path)
        options.matmulBackend = "exact"
        #expect(try LLM.plan(options).plan == LLM(options).memoryPlan)
        #expect(
            try LLM.plan(options).plan.packedWeightBytes
                == (128 * 384 + 3 * 128 * 256 + 96 * 128) / 32 * 19)
    }

    @Test(
        "random damage never crashes",
        arguments: ["gptq-128-act", "awq-32", "int8", "int8-packed", "int4-asym-act", "float8", "fp8-block"])
    func damage(variant: String) throws {
        let folder = try folder(variant)
        _ = try folder.load()
        let path = folder.path + "/model.safetensors"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = RandomSource(seed: 5, position: 0)
        for _ in 0..<60 {
            var spoilt = whole
            for _ in 0..<(1 + random.next() % 4) {
                // Half of the damage to the header, half to the numbers.
                let limit = random.next() % 2 == 0 ? 4_096 : UInt64(whole.count)
                spoilt[Int(random.next() % limit)] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 6 == 0 { spoilt = spoilt.prefix(Int(random.next() % UInt64(whole.count))) }
            try spoilt.write(to: URL(fileURLWithPath: path))
            if let llm = try? LLM(EngineOptions(model: folder.path)) {
                _ = try? llm.generate([.tokens([1, 2])], SamplingParams(temperature: 0, maxTokens: 2))
            }
        }
    }
}
