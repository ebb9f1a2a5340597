import CKernels

extension WeightMatrix {
    /// Writes some rows as float32, one after the other.
    public func widen(rows range: Range<Int>, into target: UnsafeMutablePointer<Float>, kernels: Kernels) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        let count = range.count * columns
        let source = baseAddress + range.lowerBound * rowBytes
        switch type {
        case .float32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
        case .bfloat16: kernels.widen_bf16(source.assumingMemoryBound(to: UInt16.self), count, target)
        case .float16: kernels.widen_f16(source.assumingMemoryBound(to: UInt16.self), count, target)
        default:
            guard let quant = type.quant else { preconditionFailure("\(type) has no kernel") }
            kernels.dequantize(quant, source, count / type.elementsPerBlock, target)
        }
    }
}
