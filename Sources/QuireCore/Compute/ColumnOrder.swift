/// In which order a weight's columns meet the inputs: column `c` multiplies input `inputs[c]`.
public struct ColumnOrder: Sendable, Equatable {
    public let inputs: [Int32]

    /// - Parameter inputs: each number below its count once.
    public init(_ inputs: [Int32]) {
        var seen = [Bool](repeating: false, count: inputs.count)
        for input in inputs {
            precondition(input >= 0 && Int(input) < inputs.count && !seen[Int(input)], "not an order of columns")
            seen[Int(input)] = true
        }
        self.inputs = inputs
    }
}
