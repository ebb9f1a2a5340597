import QuireCore

extension KVCacheType {
    /// Keys or values as a cache of this type holds them, by the definition of the type.
    ///
    /// - Parameter numbers: heads of `headDim` numbers.
    func rounded(_ numbers: [Float], headDim: Int) -> [Float] {
        switch self {
        case .float32: numbers
        case .bfloat16: numbers.map { Self.rounded($0, significantBits: 8) }
        case .float16: numbers.map { Self.rounded($0, significantBits: 11) }
        case .int8:
            stride(from: 0, to: numbers.count, by: headDim).flatMap { start in
                let head = numbers[start..<(start + headDim)]
                let scale = (head.map(abs).max() ?? 0) / 127
                return head.map { scale > 0 ? ($0 / scale).rounded(.toNearestOrEven) * scale : 0 }
            }
        }
    }

    /// How far from each number of a head the one in the cache may be.
    func roundingErrors(_ head: ArraySlice<Float>) -> [Double] {
        switch self {
        case .float32: head.map { _ in 0 }
        case .bfloat16: head.map { Double(abs($0)) * 0x1p-8 }
        // Below the normal numbers of float16 the step is 2^-24.
        case .float16: head.map { max(Double(abs($0)) * 0x1p-11, 0x1p-25) }
        // Half a step, and what float32 adds to it.
        case .int8: Array(repeating: Double(head.map(abs).max() ?? 0) / 254 * 1.000_1, count: head.count)
        }
    }

    /// The nearest number with so many significant bits, even among equals; finite and, where the type has them, in the
    /// range of float16.
    private static func rounded(_ number: Float, significantBits: Int) -> Float {
        guard number != 0 else { return number }
        let smallest = significantBits == 11 ? -14 : -126
        let step = Double(
            sign: .plus, exponent: max(Int(number.exponent), smallest) - significantBits + 1, significand: 1)
        return Float((Double(number) / step).rounded(.toNearestOrEven) * step)
    }
}
