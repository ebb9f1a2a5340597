import CKernels
import QuireCore

/// The experts of gpt-oss: gated by a swish that is clamped, with biases everywhere.
struct GPTOSSExperts {
    private let counts: (experts: Int, perToken: Int)
    private let hiddenSize: Int
    private let intermediateSize: Int
    private let steepness: Float
    private let limit: Float

    init(_ config: ModelConfiguration, hiddenSize: Int) throws {
        counts = try MixtureOfExperts.counts(config, experts: "num_local_experts", perToken: "num_experts_per_tok")
        intermediateSize = try config.positive("intermediate_size")
        steepness = Float(try config.number("swiglu_alpha", default: 1.702))
        limit = Float(try config.number("swiglu_limit", default: 7))
        self.hiddenSize = hiddenSize
        guard limit > 0 else { throw config.error("swiglu_limit", expected: "a number above 0") }
    }

    func mixture(_ place: WeightScope) throws -> MixtureOfExperts {
        MixtureOfExperts(
            router: try ExpertRouter(
                place["router"], hiddenSize: hiddenSize, experts: counts.experts, expertsPerToken: counts.perToken,
                scoring: .softmaxOfChosen, bias: true),
            experts: try (0..<counts.experts).map { try expert($0, place["experts"]) })
    }

    /// GGUF files have gate and up apart; others alternate their rows.
    private func expert(_ index: Int, _ place: WeightScope) throws -> Expert {
        func linear(_ weight: WeightScope, _ bias: WeightScope, _ inputs: Int, _ outputs: Int) throws -> Linear {
            try Linear(weight, part: index, of: counts.experts, inputs: inputs, outputs: outputs, bias: bias)
        }
        let (up, down) = (place["up_proj"], place["down_proj"])
        guard up["weight"].exists else {
            return Expert(
                inputs: .alternating(
                    try linear(
                        place["gate_up_proj"], place["gate_up_proj_bias"], hiddenSize, 2 * intermediateSize)),
                down: try linear(down, place["down_proj_bias"], intermediateSize, hiddenSize),
                steepness: steepness, limit: limit)
        }
        let gate = place["gate_proj"]
        return Expert(
            inputs: .apart(
                gate: try linear(gate["weight"], gate["bias"], hiddenSize, intermediateSize),
                up: try linear(up["weight"], up["bias"], hiddenSize, intermediateSize)),
            down: try linear(down["weight"], down["bias"], intermediateSize, hiddenSize), steepness: steepness,
            limit: limit)
    }

    private struct Expert: FeedForwardLayer {
        enum Inputs {
            case apart(gate: Linear, up: Linear)
            case alternating(Linear)
        }

        let inputs: Inputs
        let down: Linear
        let steepness: Float
        let limit: Float

        func callAsFunction(_ input: Tensor) -> Tensor {
            let (gate, up): (Tensor, Tensor)
            switch inputs {
            case .apart(let gateLayer, let upLayer): (gate, up) = (gateLayer(input), upLayer(input))
            case .alternating(let layer):
                let both = layer(input)
                let parts = both.split(into: [1, 1], groups: both.columns / 2)
                (gate, up) = (parts[0], parts[1])
            }
            input.context.kernels.clamped_swiglu(
                gate.baseAddress, up.baseAddress, steepness, limit, gate.rows * gate.columns, gate.baseAddress)
            return down(gate)
        }
    }
}
