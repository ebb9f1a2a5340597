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
    let matrix: any PreparedMatrix
    private let bias: WeightVector?

    /// Claims `weight`, and `bias` where asked, in the given scope.
    public init(_ weights: WeightScope, inputs: Int, outputs: Int, bias: Bool = false, split: Split = .none) throws {
        self.init(
            try weights["weight"].prepared(rows: outputs, columns: inputs, isVocabulary: false), split: split,
            bias: bias ? try weights["bias"].vector(count: outputs) : nil)
    }

    /// The projection onto the vocabulary; with `tied`, the embedding's own weight.
    public init(
        vocabularyHead weights: WeightScope, inputs: Int, outputs: Int, tied: Embedding?, bias: Bool = false
    ) throws {
        let matrix =
            if let tied {
                try weights.loader.prepare(tied.weight, isVocabulary: true)
            } else {
                try weights["weight"].prepared(rows: outputs, columns: inputs, isVocabulary: true)
            }
        self.init(matrix, split: .column, bias: bias ? try weights["bias"].vector(count: outputs) : nil)
    }

    /// One of several layers whose weights lie in one: at this very place `[parts · outputs, inputs]`, or
    /// `[parts, outputs, inputs]`.
    ///
    /// - Parameter bias: the place of the biases `[parts, outputs]`, where there are any.
    public init(
        _ weight: WeightScope, part: Int, of parts: Int, inputs: Int, outputs: Int, bias: WeightScope? = nil,
        split: Split = .none
    ) throws {
        self.init(
            try weight.prepared(part: part, of: parts, rows: outputs, columns: inputs), split: split,
            bias: try bias?.vector(part: part, of: parts, count: outputs))
    }

    /// A layer over a weight that the model has made for itself.
    public init(_ weight: WeightMatrix, in scope: WeightScope, split: Split = .none) throws {
        self.init(try scope.loader.prepare(weight, isVocabulary: false), split: split, bias: nil)
    }

    private init(_ matrix: any PreparedMatrix, split: Split, bias: WeightVector?) {
        inputs = matrix.columns
        outputs = matrix.rows
        self.split = split
        self.matrix = matrix
        self.bias = bias
    }

    /// `[tokens, inputs]` to `[tokens, outputs]`.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        let output = outputTensor(for: input)
        if input.rows > 0 { matrix.multiply(input, into: output) }
        addBias(to: output)
        return output
    }

    func outputTensor(for input: Tensor) -> Tensor {
        precondition(input.columns == inputs, "a linear layer for \(inputs) inputs was given \(input.columns)")
        return input.context.tensor(rows: input.rows, columns: outputs)
    }

    func addBias(to output: Tensor) {
        guard let bias else { return }
        let target = SharedPointer(output.baseAddress)
        let (kernels, columns) = (output.context.kernels, outputs)
        output.context.forRows(output.rows, costPerRow: columns) { range in
            kernels.add_bias(
                target.pointer + range.lowerBound * columns, columns, range.count, bias.baseAddress, columns)
        }
    }
}
