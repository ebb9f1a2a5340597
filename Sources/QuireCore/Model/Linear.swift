/// `y = x · Wᵀ (+ b)`: weight `[outputs, inputs]`.
public struct Linear {
    /// How the layer may be divided among workers that each hold a part of the model.
    public enum Split: Sendable {
        /// Every worker holds all of it.
        case none
        /// Each worker holds some of the outputs.
        case column
        /// Each worker holds some of the inputs, and results are added up.
        case row
    }

    public let inputs: Int
    public let outputs: Int
    public let split: Split
    private let matrix: any PreparedMatrix
    private let bias: WeightVector?

    /// Claims `weight`, and `bias` where asked, in the given scope.
    public init(_ weights: WeightScope, inputs: Int, outputs: Int, bias: Bool = false, split: Split = .none) throws {
        self.inputs = inputs
        self.outputs = outputs
        self.split = split
        matrix = try weights["weight"].prepared(rows: outputs, columns: inputs, isVocabulary: false)
        self.bias = bias ? try weights["bias"].vector(count: outputs) : nil
    }

    /// The projection onto the vocabulary; with `tied`, the embedding's own weight.
    public init(vocabularyHead weights: WeightScope, inputs: Int, outputs: Int, tied: Embedding?) throws {
        self.inputs = inputs
        self.outputs = outputs
        split = .column
        matrix =
            if let tied {
                try weights.loader.prepare(tied.weight, isVocabulary: true)
            } else {
                try weights["weight"].prepared(rows: outputs, columns: inputs, isVocabulary: true)
            }
        bias = nil
    }

    /// `[tokens, inputs]` to `[tokens, outputs]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        precondition(input.columns == inputs, "a linear layer for \(inputs) inputs was given \(input.columns)")
        let output = input.context.tensor(rows: input.rows, columns: outputs)
        if input.rows > 0 { matrix.multiply(input, into: output) }
        if let bias {
            let target = SharedPointer(output.baseAddress)
            let (kernels, columns) = (input.context.kernels, outputs)
            input.context.forRows(output.rows, costPerRow: columns) { range in
                kernels.add_bias(
                    target.pointer + range.lowerBound * columns, columns, range.count, bias.baseAddress, columns)
            }
        }
        return output
    }
}
