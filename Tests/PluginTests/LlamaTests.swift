import LLaMA
import NativeMatmul
import QuireCore
import QuireJSON
import Testing

@Suite("Loading a LLaMA")
struct LlamaTests {
    static let valid: JSONMembers = [
        "vocab_size": .int(10), "hidden_size": .int(8), "intermediate_size": .int(12), "num_hidden_layers": .int(2),
        "num_attention_heads": .int(4), "num_key_value_heads": .int(2),
    ]

    static let weights: [String: [Int]] = {
        var shapes: [String: [Int]] = [
            "model.embed_tokens.weight": [10, 8], "model.norm.weight": [8], "lm_head.weight": [10, 8],
        ]
        for layer in 0..<2 {
            for (name, shape) in [
                ("input_layernorm", [8]), ("post_attention_layernorm", [8]), ("self_attn.q_proj", [8, 8]),
                ("self_attn.k_proj", [4, 8]), ("self_attn.v_proj", [4, 8]), ("self_attn.o_proj", [8, 8]),
                ("mlp.gate_proj", [12, 8]), ("mlp.up_proj", [12, 8]), ("mlp.down_proj", [8, 12]),
            ] {
                shapes["model.layers.\(layer).\(name).weight"] = shape
            }
        }
        return shapes
    }()

    @discardableResult
    static func load(
        _ changes: [String: JSONValue?] = [:], _ weights: [String: [Int]] = weights
    ) throws -> WeightLoader {
        var values = valid
        for (field, value) in changes { values[field] = value }
        let context = try PluginEngine.context()
        let loader = WeightLoader(
            source: ZeroWeights(weights), matmul: NativeMatmul(context: context), context: context)
        let config = ModelConfiguration(place: "config.json", values: .object(values))
        _ = try LlamaModel(config: config, weights: loader.root)
        try loader.checkEverythingClaimed()
        return loader
    }

    @Test("a complete checkpoint loads, and each layer gets a cache")
    func complete() throws {
        let shape = AttentionShape(queryHeads: 4, kvHeads: 2, headDim: 2)
        #expect(try Self.load().attentionShapes == [shape, shape])
        #expect(try Self.load().mappedBytes == Self.weights.values.reduce(0) { $0 + 4 * $1.reduce(1, *) })
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let changes: [String: JSONValue?]
        let complaint: String
        var testDescription: String { complaint }

        init(_ changes: [String: JSONValue?], _ complaint: String) {
            self.changes = changes
            self.complaint = complaint
        }
    }

    static let mistakes = [
        Mistake(["vocab_size": nil], "'vocab_size' is missing; expected a whole number of at least 1"),
        Mistake(["hidden_size": nil], "'hidden_size' is missing; expected a whole number of at least 1"),
        Mistake(["intermediate_size": .null], "'intermediate_size' is null; expected a whole number of at least 1"),
        Mistake(["num_hidden_layers": .int(0)], "'num_hidden_layers' is 0; expected a whole number of at least 1"),
        Mistake(["num_attention_heads": .double(2.5)], "'num_attention_heads' is 2.5; expected a whole number of at"),
        Mistake(["num_attention_heads": .string("4")], "'num_attention_heads' is \"4\"; expected a whole number of at"),
        Mistake(["num_key_value_heads": .int(3)], "'num_key_value_heads' is 3; expected a divisor of"),
        Mistake(["num_key_value_heads": .int(8)], "'num_key_value_heads' is 8; expected a divisor of"),
        Mistake(["hidden_size": .int(9)], "'num_attention_heads' is 4; expected a divisor of hidden_size (9)"),
        Mistake(["head_dim": .int(-2)], "'head_dim' is -2; expected a whole number of at least 1"),
        Mistake(["head_dim": .int(3)], "'head_dim' is 3; expected an even number"),
        Mistake(["rotary_dim": .int(1)], "'rotary_dim' is 1; expected an even number up to the head's size (2)"),
        Mistake(["rms_norm_eps": .string("x")], "'rms_norm_eps' is \"x\"; expected a number"),
        Mistake(["rms_norm_eps": .double(-1)], "'rms_norm_eps' is -1.0; expected a number of at least 0"),
        Mistake(["attention_bias": .int(1)], "'attention_bias' is 1; expected true or false"),
        Mistake(["mlp_bias": .string("no")], "'mlp_bias' is \"no\"; expected true or false"),
        Mistake(["tie_word_embeddings": .array([])], "'tie_word_embeddings' is a list of 0; expected true or false"),
        Mistake(["hidden_act": .string("cos")], "'hidden_act' is \"cos\"; expected silu, swish, gelu"),
        Mistake(["rope_theta": .int(0)], "'rope_theta' is 0; expected a number above 0"),
        Mistake(["rope_layout": .string("spiral")], "'rope_layout' is \"spiral\"; expected half, interleaved"),
        Mistake(["rope_scaling": .int(2)], "'rope_scaling' is 2; expected an object"),
    ]

    @Test("a field that is missing, contradictory or out of range is named with its value", arguments: mistakes)
    func mistake(_ mistake: Mistake) {
        do {
            try Self.load(mistake.changes)
            Issue.record("nothing was thrown")
        } catch let error as ConfigurationError {
            #expect(error.place == "config.json" && error.problem.hasPrefix(mistake.complaint), "\(error)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test("a size that is no multiple of the heads is refused also where head_dim is null")
    func nullHeadDim() {
        #expect(throws: ConfigurationError.self) { try Self.load(["head_dim": .null, "hidden_size": .int(9)]) }
        #expect(throws: ConfigurationError.self) { try Self.load(["head_dim": .null, "hidden_size": .int(3)]) }
    }

    @Test("each weight that is missing is named", arguments: weights.keys.sorted())
    func missing(name: String) {
        var weights = Self.weights
        weights[name] = nil
        #expect { try Self.load([:], weights) } throws: {
            "\($0)"
                == "model.bin: has no weight '\(name)', which the model needs with shape \(Self.weights[name] ?? [])"
        }
    }

    @Test("each weight of another shape is named with both shapes", arguments: weights.keys.sorted())
    func misshapen(name: String) {
        var weights = Self.weights
        let right = weights[name] ?? []
        weights[name] = right.map { $0 + 1 }
        #expect { try Self.load([:], weights) } throws: {
            "\($0)".contains("'\(name)' has shape \(right.map { $0 + 1 }); config.json asks for \(right)")
        }
    }

    @Test("a weight that the model has no use for is named; stored rotary frequencies are let be")
    func surplus() throws {
        var weights = Self.weights
        weights["model.layers.0.self_attn.rotary_emb.inv_freq"] = [1]
        try Self.load([:], weights)
        weights["model.layers.2.mlp.up_proj.weight"] = [12, 8]
        #expect { try Self.load([:], weights) } throws: {
            "\($0)" == "model.bin: has weights that the model does not use: 'model.layers.2.mlp.up_proj.weight'"
        }
    }

    @Test("a tied head needs no weight of its own, and one that is stored all the same is let be")
    func tied() throws {
        var weights = Self.weights
        try Self.load(["tie_word_embeddings": .bool(true)], weights)
        weights["lm_head.weight"] = nil
        try Self.load(["tie_word_embeddings": .bool(true)], weights)
        #expect(throws: WeightError.self) { try Self.load([:], weights) }
    }

    @Test("biases are claimed where the configuration says so")
    func biases() throws {
        var weights = Self.weights
        for layer in 0..<2 {
            for (name, size) in [("q", 8), ("k", 4), ("v", 4), ("o", 8)] {
                weights["model.layers.\(layer).self_attn.\(name)_proj.bias"] = [size]
            }
        }
        try Self.load(["attention_bias": .bool(true)], weights)
        #expect(throws: WeightError.self) { try Self.load([:], weights) }
        #expect { try Self.load(["attention_bias": .bool(true)]) } throws: { "\($0)".contains("q_proj.bias") }
    }
}
