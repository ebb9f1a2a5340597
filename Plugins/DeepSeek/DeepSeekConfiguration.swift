import QuireCore

/// The sizes of latent attention.
struct LatentSizes {
    /// Of the vector that keys and values are made of.
    let latent: Int
    /// Of the vector that queries are made of, where they are.
    let queryLatent: Int?
    /// The parts of a head's query and key: one without position, and one that rotates.
    let still: Int
    let rotated: Int
    let value: Int

    init(_ config: ModelConfiguration) throws {
        latent = try config.positive("kv_lora_rank")
        let queries = try config.count("q_lora_rank", default: 0)
        queryLatent = queries == 0 ? nil : queries
        rotated = try config.positive("qk_rope_head_dim")
        value = try config.positive("v_head_dim")
        if config.values["qk_nope_head_dim"] ?? .null == .null {
            // GGUF files have the sum.
            let both = try config.positive("qk_head_dim")
            guard both > rotated else {
                throw config.error("qk_head_dim", expected: "more than qk_rope_head_dim (\(rotated))")
            }
            still = both - rotated
        } else {
            still = try config.positive("qk_nope_head_dim")
        }
    }

    var head: Int { still + rotated }
}

/// How tokens come to their experts.
struct DeepSeekRouting {
    let counts: (experts: Int, perToken: Int)
    let scoring: ExpertRouter.Scoring
    let groups: ExpertRouter.Groups?
    let normalizes: Bool
    let scale: Float
    let hasCorrection: Bool

    /// - Parameter isThird: whether the model is a DeepSeek-V3.
    init(_ config: ModelConfiguration, isThird: Bool) throws {
        counts = try MixtureOfExperts.counts(config, experts: "n_routed_experts", perToken: "num_experts_per_tok")
        let function = isThird ? "sigmoid" : "softmax"
        guard try config.string("scoring_func", default: function) == function else {
            throw config.error("scoring_func", expected: function)
        }
        guard try config.positive("moe_layer_freq", default: 1) == 1 else {
            throw config.error("moe_layer_freq", expected: "1")
        }
        scoring = isThird ? .sigmoid : .softmax
        hasCorrection = isThird
        scale = Float(try config.number("routed_scaling_factor", default: 1))
        // V2 multiplies by the factor, and does not normalise.
        normalizes = try isThird && config.flag("norm_topk_prob", default: true)
        // GGUF files name no method.
        let hasGroups = try config.positive("n_group", default: 1) > 1
        let method = try config.string(
            "topk_method", default: isThird ? "noaux_tc" : hasGroups ? "group_limited_greedy" : "greedy")
        let known = ["greedy", "group_limited_greedy", "noaux_tc"]
        guard known.contains(method) else {
            throw config.error("topk_method", expected: known.joined(separator: ", "))
        }
        groups = method == "greedy" && !isThird ? nil : try Self.groups(config, experts: counts, best: isThird ? 2 : 1)
    }

    private static func groups(
        _ config: ModelConfiguration, experts: (experts: Int, perToken: Int), best: Int
    ) throws -> ExpertRouter.Groups? {
        let count = try config.positive("n_group", default: 1)
        let chosen = try config.positive("topk_group", default: 1)
        guard count > 1 else { return nil }
        guard experts.experts % count == 0 else {
            throw config.error("n_group", expected: "a divisor of n_routed_experts (\(experts.experts))")
        }
        guard chosen <= count, chosen * (experts.experts / count) >= experts.perToken else {
            throw config.error(
                "topk_group", expected: "at most n_group (\(count)), and groups with num_experts_per_tok experts")
        }
        return ExpertRouter.Groups(count: count, chosen: chosen, best: best)
    }
}
