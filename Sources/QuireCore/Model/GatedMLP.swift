/// `down(silu(gate(x)) · up(x))`, the feed-forward layer of LLaMA and its kin.
///
/// Source: Shazeer, GLU Variants Improve Transformer, 2020.
public struct GatedMLP {
    private let gate: Linear
    private let up: Linear
    private let down: Linear

    /// Claims `gate_proj`, `up_proj` and `down_proj` in the given scope.
    public init(_ weights: WeightScope, hiddenSize: Int, intermediateSize: Int, bias: Bool) throws {
        gate = try Linear(
            weights["gate_proj"], inputs: hiddenSize, outputs: intermediateSize, bias: bias, split: .column)
        up = try Linear(weights["up_proj"], inputs: hiddenSize, outputs: intermediateSize, bias: bias, split: .column)
        down = try Linear(weights["down_proj"], inputs: intermediateSize, outputs: hiddenSize, bias: bias, split: .row)
    }

    /// `[tokens, hidden]` to the same shape.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        let gated = gate(input)
        let upper = up(input)
        let (target, source) = (SharedPointer(gated.baseAddress), SharedPointer(upper.baseAddress))
        let (kernels, width) = (input.context.kernels, gated.columns)
        input.context.forRows(gated.rows, costPerRow: width * 4) { range in
            let offset = range.lowerBound * width
            kernels.silu_multiply(
                target.pointer + offset, source.pointer + offset, range.count * width, target.pointer + offset)
        }
        return down(gated)
    }
}
