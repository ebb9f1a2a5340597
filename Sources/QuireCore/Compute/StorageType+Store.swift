import CKernels

extension StorageType {
    /// Writes `count` numbers, whole blocks of them, as this type; plain types round to the nearest.
    ///
    /// - Returns: false, and nothing is written, where a quantised type is given a number that is not finite or above
    ///   65,504 in magnitude, which the scales of its blocks cannot stand for.
    public func store(
        _ numbers: UnsafePointer<Float>, count: Int, into target: UnsafeMutableRawPointer, kernels: Kernels
    ) -> Bool {
        precondition(count % elementsPerBlock == 0, "rows are whole blocks")
        switch self {
        case .float32: target.copyMemory(from: numbers, byteCount: count * 4)
        case .bfloat16: kernels.narrow_bf16(numbers, count, target.assumingMemoryBound(to: UInt16.self))
        case .float16: kernels.narrow_f16(numbers, count, target.assumingMemoryBound(to: UInt16.self))
        default:
            guard let quant else { preconditionFailure("\(self) has no kernel") }
            return kernels.quantize(quant, numbers, count / elementsPerBlock, target)
        }
        return true
    }
}
