import QuireCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// e^x by the system's library, in double precision.
func exponential(_ x: Double) -> Double { exp(x) }

extension ComputeContext {
    /// A tensor with the given values, row by row.
    func tensor(filled values: [Float], columns: Int) -> Tensor {
        let tensor = tensor(rows: values.count / columns, columns: columns)
        tensor.baseAddress.update(from: values, count: values.count)
        return tensor
    }
}
