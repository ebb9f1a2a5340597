import Quire
import QuireTesting

extension PartVerification {
    func architecture(_ names: [String]) throws -> Result.Outcome {
        guard let golden else {
            return .unchecked("needs --golden DIR, a small model and what another implementation says with it")
        }
        let results = try ArchitectureConformance(folder: golden, names: names, registry: registry).run()
        for result in results {
            if let problem = result.problem {
                return .failed("\(result.model) on \(result.attention) and \(result.matmul): \(problem)")
            }
        }
        let served = results.count { $0.objection == nil }
        guard served > 0 else { return .failed(results.first?.objection ?? "no backend serves the model") }
        let models = Set(results.map(\.model)).count
        return .passed("\(models) model file\(models == 1 ? "" : "s"), \(served) of \(results.count) pairs of backends")
    }

    func attention(_ name: String) throws -> Result.Outcome {
        let suite = AttentionConformance(try registry.attentionBackends.part(named: name), kernels: kernels)
        var served: [KVCacheType: Int] = [:]
        let seeds = 0..<24
        for type in KVCacheType.allCases {
            for seed in seeds where try suite.check(seed: seed, type: type) { served[type, default: 0] += 1 }
        }
        let parts = KVCacheType.allCases.compactMap { type in
            served[type].map { "\(type.rawValue) \($0)" }
        }
        guard !parts.isEmpty else { return .failed("objects to all \(seeds.count) shapes, with every type of cache") }
        return .passed("shapes served of \(seeds.count), by cache type: \(parts.joined(separator: ", "))")
    }

    func matmul(_ name: String) throws -> Result.Outcome {
        let backend = try registry.matmulBackends.part(named: name)
        var served: [String] = []
        for type in StorageType.allCases {
            let suite = MatmulConformance(
                backend, kernels: kernels, activationBlock: type.elementsPerBlock > 1 ? activationBlock : nil)
            var isServed = false
            for seed in 0..<16 where try suite.check(seed: seed, type: type) { isServed = true }
            if try suite.check(seed: 16, type: type, widest: 5_000) { isServed = true }
            for seed in 0..<4 { try suite.checkGroup(seed: seed, types: [type, .float32, type]) }
            if isServed { served.append(type.rawValue) }
        }
        guard !served.isEmpty else { return .failed("objects to weights of every type") }
        return .passed("weights of \(served.joined(separator: ", "))")
    }

    func sampler(_ name: String) throws -> Result.Outcome {
        let suite = SamplerConformance(try registry.samplers.part(named: name), kernels: kernels)
        let all = [
            SamplingParams(temperature: 0), SamplingParams(temperature: 1), SamplingParams(temperature: 0.4),
            SamplingParams(temperature: 1, topK: 5), SamplingParams(temperature: 1, topP: 0.7),
            SamplingParams(temperature: 1, minP: 0.1),
            SamplingParams(temperature: 0.8, topP: 0.9, topK: 12, minP: 0.02),
        ]
        for seed in 0..<3 {
            for params in all {
                try suite.check(params, seed: seed)
                try suite.checkRules(params, seed: seed)
            }
            try suite.checkTies(seed: seed)
        }
        return .passed("\(all.count) sets of parameters")
    }

    func processor(_ name: String) throws -> Result.Outcome {
        let suite = LogitsProcessorConformance(try registry.logitsProcessors.part(named: name))
        let all = [
            SamplingParams(), SamplingParams(presencePenalty: 0.5, frequencyPenalty: 0.3, repetitionPenalty: 1.3),
            SamplingParams(minTokens: 5), SamplingParams(logitBias: [0: 2, 7: -3]),
            SamplingParams(allowedTokenIDs: [0, 2, 5, 7]), SamplingParams(badWords: ["word"]),
        ]
        let wanted = try count(all) { params, seed in try suite.check(seed: seed, params) }
        guard wanted > 0 else {
            return .unchecked("wants none of the requests; say with --extra-args NAME=VALUE what wakes it")
        }
        return .passed("\(wanted) situations")
    }

    func strategy(_ name: String) throws -> Result.Outcome {
        let suite = DecodingStrategyConformance(
            try registry.decodingStrategies.part(named: name), kernels: kernels)
        let all = [
            SamplingParams(temperature: 0), SamplingParams(logprobs: 1), SamplingParams(n: 3),
            SamplingParams(n: 2, temperature: 0.5, minTokens: 3), SamplingParams(n: 2, ignoreEOS: true, beamWidth: 4),
        ]
        let served = try count(all) { params, seed in try suite.check(seed: seed, params) }
        guard served > 0 else {
            return .unchecked("serves none of the requests; say with --extra-args NAME=VALUE what it needs")
        }
        return .passed("\(served) situations")
    }

    /// In how many random situations the body says yes.
    private func count(_ all: [SamplingParams], _ body: (SamplingParams, Int) throws -> Bool) throws -> Int {
        var count = 0
        for seed in 0..<20 {
            for var params in all {
                params.extraArguments = extraArguments
                if try body(params, seed) { count += 1 }
            }
        }
        return count
    }
}
