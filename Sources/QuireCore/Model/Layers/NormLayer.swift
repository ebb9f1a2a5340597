/// Brings each row, or each head of a row, to a common size.
public protocol NormLayer {
    /// Numbers that are normalised together.
    var width: Int { get }

    /// Normalises the rows `[tokens, n · width]`, each in `n` parts; the result may be the same tensor.
    func normalize(_ input: Tensor, into output: Tensor)
}

extension NormLayer {
    /// `[tokens, n · width]` to the same shape.
    public func callAsFunction(_ input: Tensor) -> Tensor {
        let output = input.context.tensor(rows: input.rows, columns: input.columns)
        normalize(input, into: output)
        return output
    }

    /// Normalises in place.
    public func apply(to tensor: Tensor) { normalize(tensor, into: tensor) }
}
