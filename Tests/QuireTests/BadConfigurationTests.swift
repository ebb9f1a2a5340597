import Foundation
import Quire
import Testing

@Suite("A config.json that cannot be is refused with the file's own name of the field, its value and what may be")
struct BadConfigurationTests {
    /// An entry of the zoo, one of its fields, a value that cannot be, and what the complaint says.
    struct Change: CustomTestStringConvertible, Sendable {
        let entry: String
        let path: [String]
        /// JSON; nil removes the field.
        let value: String?
        let says: [String]
        var testDescription: String { "\(entry): \(path.joined(separator: ".")) is \(value ?? "missing")" }

        init(_ entry: String, _ path: String, _ value: String?, _ says: String...) {
            (self.entry, self.value, self.says) = (entry + "-tiny", value, says)
            self.path = path.split(separator: ".").map(String.init)
        }
    }

    static let sizes: [Change] = [
        Change("llama", "num_key_value_heads", "3", "'num_key_value_heads' is 3", "divisor of num_attention_heads (4)"),
        Change("llama", "hidden_size", "4294967296", "'hidden_size'", "up to 2147483647"),
        Change("llama", "head_dim", "23", "'head_dim' is 23", "even number"),
        Change("cohere", "num_attention_heads", "6", "'num_attention_heads' is 6", "divisor of hidden_size (64)"),
        Change("gpt2", "n_head", "5", "'n_head' is 5", "divisor of n_embd (64)"),
        Change("gpt2", "n_embd", "-64", "'n_embd' is -64", "at least 1"),
        Change("gpt2", "n_layer", nil, "'n_layer' is missing", "at least 1"),
        Change("falcon", "num_kv_heads", "4", "'num_kv_heads' is 4", "divisor of num_attention_heads (6)"),
        Change("falcon-multiquery", "hidden_size", "95", "'num_attention_heads' is 6", "divisor of hidden_size (95)"),
        Change("starcoder2", "num_attention_heads", "3", "'num_key_value_heads' is 2", "num_attention_heads (3)"),
        Change("olmo2", "rms_norm_eps", "-1", "'rms_norm_eps' is -1", "at least 0"),
        Change("granite", "residual_multiplier", "\"half\"", "'residual_multiplier' is \"half\"", "a number"),
        Change("gemma2", "attn_logit_softcapping", "0", "'attn_logit_softcapping' is 0", "above 0", "null"),
        Change("opt", "ffn_dim", nil, "'ffn_dim' is missing", "at least 1"),
        Change("deepseek-v3", "kv_lora_rank", "0", "'kv_lora_rank' is 0", "at least 1"),
    ]

    static let layers: [Change] = [
        Change("mistral", "sliding_window", "0", "'sliding_window' is 0", "at least 1"),
        Change("gemma2", "sliding_window", "null", "'sliding_window' is null", "'layer_types' names sliding_attention"),
        Change("gpt-oss", "sliding_window", nil, "'sliding_window' is missing", "'layer_types' names"),
        Change("qwen2-window", "layer_types", "[\"full_attention\"]", "'layer_types'", "a list of 3 names"),
        Change(
            "gemma3", "layer_types", "[\"full_attention\", \"full_attention\", \"chunked_attention\"]", "'layer_types'",
            "full_attention or sliding_attention"),
        Change(
            "gpt-oss", "layer_types", "[\"full_attention\", \"full_attention\", \"full_attention\", 3]",
            "'layer_types'",
            "a list of 3 names"),
        Change("mistral", "layer_types", "\"full_attention\"", "'layer_types' is \"full_attention\"", "a list of 3"),
        Change("gemma3", "sliding_window_pattern", "0", "'sliding_window_pattern' is 0", "at least 1"),
        Change("smollm3", "no_rope_layers", "[1, 0]", "'no_rope_layers'", "3 numbers, one for each layer"),
        Change("smollm3", "no_rope_layers", "[1, 0, -1]", "'no_rope_layers'", "whole numbers of at least 0"),
        Change("qwen3-moe", "mlp_only_layers", "[\"1\"]", "'mlp_only_layers'", "whole numbers of at least 0"),
        Change("qwen3-moe", "decoder_sparse_step", "0", "'decoder_sparse_step' is 0", "at least 1"),
    ]

    static let experts: [Change] = [
        Change("mixtral", "num_experts_per_tok", "5", "'num_experts_per_tok' is 5", "at most num_local_experts (4)"),
        Change("qwen3-moe", "num_experts_per_tok", "7", "'num_experts_per_tok' is 7", "at most num_local_experts (6)"),
        Change("gpt-oss", "num_experts_per_tok", "7", "'num_experts_per_tok' is 7", "at most num_local_experts (6)"),
        Change("gpt-oss", "num_experts_per_tok", "0", "'num_experts_per_tok' is 0", "at least 1"),
        Change("gpt-oss", "swiglu_limit", "0", "'swiglu_limit' is 0", "above 0"),
        Change("deepseek-v3", "num_experts_per_tok", "9", "'num_experts_per_tok' is 9", "n_routed_experts (8)"),
        Change("deepseek-v2-group", "n_group", "3", "'n_group' is 3", "divisor of n_routed_experts (8)"),
        Change("deepseek-v3", "topk_group", "5", "'topk_group' is 5", "at most n_group (4)"),
        Change("deepseek-v3", "topk_group", "1", "'topk_group' is 1", "groups with num_experts_per_tok experts"),
        Change("deepseek-v2", "topk_method", "\"fair\"", "'topk_method' is \"fair\"", "group_limited_greedy"),
        Change("deepseek-v3", "scoring_func", "\"softmax\"", "'scoring_func' is \"softmax\"", "sigmoid"),
        Change("deepseek-v2", "moe_layer_freq", "2", "'moe_layer_freq' is 2", "expected 1"),
    ]

    static let positions: [Change] = [
        Change("llama", "rope_parameters.rope_type", "\"spiral\"", "'rope_type' is \"spiral\"", "yarn, longrope"),
        Change(
            "gemma3", "rope_parameters.full_attention.rope_type", "\"spiral\"", "rope_parameters: full_attention",
            "'rope_type' is \"spiral\""),
        Change("llama", "rope_parameters", "[10000]", "'rope_parameters'", "an object"),
        Change("llama", "rope_parameters.rope_theta", "0", "'rope_theta' is 0", "above 0"),
        Change("llama-yarn", "rope_parameters.factor", "0.5", "'factor' is 0.5", "at least 1"),
        Change("llama-yarn", "rope_parameters.beta_fast", "0", "'beta_fast' is 0", "above 0"),
        Change("llama-linear", "rope_parameters.factor", nil, "'factor' is missing", "at least 1"),
        Change("llama-dynamic", "rope_parameters.factor", "\"4\"", "'factor' is \"4\"", "a number"),
        Change("llama-llama3", "rope_parameters.high_freq_factor", "1", "'high_freq_factor' is 1", "low_freq_factor"),
        Change("gpt-neox", "rope_parameters.partial_rotary_factor", "0", "'partial_rotary_factor' is 0", "head's 24"),
        Change("phi", "rope_parameters.partial_rotary_factor", "1.5", "'partial_rotary_factor' is 1.5", "head's 24"),
        Change("stablelm", "rope_parameters.partial_rotary_factor", "0.1", "'partial_rotary_factor' is 0.1", "even"),
        Change("phi3", "rope_parameters.partial_rotary_factor", "-0.5", "'partial_rotary_factor' is -0.5", "even"),
        Change("phi3-longrope", "rope_parameters.short_factor", "[1, 1]", "'short_factor'", "a list of 8 numbers"),
        Change(
            "phi3-longrope", "rope_parameters.long_factor", "[1, 1, 1, 1, 1, 1, 1, 0]", "'long_factor'", "above 0",
            "a list of 8 numbers"),
        Change("phi3-longrope", "rope_parameters.long_factor", nil, "'long_factor' is missing", "a list of 8 numbers"),
    ]

    static let functions: [Change] = [
        Change("qwen3", "hidden_act", "\"mish\"", "'hidden_act' is \"mish\"", "silu"),
        Change("gpt2", "activation_function", "\"mish\"", "'activation_function' is \"mish\"", "gelu_new"),
        Change("falcon", "activation", "\"mish\"", "'activation' is \"mish\"", "gelu"),
        Change("opt", "activation_function", "7", "'activation_function' is 7", "a string"),
        Change("deepseek-v2", "hidden_act", "\"\"", "'hidden_act' is \"\"", "silu"),
    ]

    @Test("it is", arguments: sizes + layers + experts + positions + functions)
    func change(change: Change) throws {
        let folder = try folder(change)
        defer { try? FileManager.default.removeItem(at: folder) }
        let complaint = complaint(folder)
        #expect(complaint.contains("config.json"))
        for part in change.says { #expect(complaint.contains(part), "\(complaint)") }
    }

    @Test("an unknown architecture is answered with the nearest known names")
    func architecture() throws {
        for (name, nearest) in [
            ("LlamaForCausalLN", "LlamaForCausalLM"), ("Qwen3MoEForCausalLm", "Qwen3MoeForCausalLM"),
            ("GptOssModel", "GptOssForCausalLM"),
        ] {
            let folder = try folder(Change("llama", "architectures", "[\"\(name)\"]"))
            defer { try? FileManager.default.removeItem(at: folder) }
            let complaint = complaint(folder)
            #expect(complaint.contains("'\(name)'") && complaint.contains("nearest"), "\(complaint)")
            #expect(complaint.contains(nearest), "\(complaint)")
        }
    }

    private func complaint(_ folder: URL) -> String {
        do {
            _ = try LLM(EngineOptions(model: folder.path))
            return "loaded"
        } catch {
            return "\(error)"
        }
    }

    /// A copy of the entry with one field changed.
    private func folder(_ change: Change) throws -> URL {
        let source = URL(fileURLWithPath: "\(Repository.root)/ModelZoo/\(change.entry)")
        let folder = URL(fileURLWithPath: NSTemporaryDirectory() + "quire-configuration-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: source.appendingPathComponent("seeded_weights.json"),
            to: folder.appendingPathComponent("seeded_weights.json"))
        let config = try JSONSerialization.jsonObject(
            with: Data(contentsOf: source.appendingPathComponent("config.json")))
        let value = try change.value.map {
            try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
        }
        let changed = try Self.replacing(change.path[...], in: config, with: value)
        try JSONSerialization.data(withJSONObject: #require(changed))
            .write(to: folder.appendingPathComponent("config.json"))
        return folder
    }

    private static func replacing(_ path: ArraySlice<String>, in value: Any, with new: Any?) throws -> Any? {
        guard let key = path.first else { return new }
        var object = try #require(value as? [String: Any])
        object[key] = try replacing(path.dropFirst(), in: object[key] ?? [String: Any](), with: new)
        return object
    }
}
