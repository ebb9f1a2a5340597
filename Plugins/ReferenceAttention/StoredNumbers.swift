import QuireCore

/// A key or a value of one head as a cache of some type holds it, written down plainly.
struct StoredNumbers {
    let type: KVCacheType
    let numbers: UnsafeMutableRawPointer
    /// Of `int8` alone.
    let scale: UnsafeMutableRawPointer

    /// Rounds `values` into the cache.
    func store(_ values: UnsafeBufferPointer<Float>) {
        switch type {
        case .float32:
            for (index, value) in values.enumerated() { put(value, index) }
        case .bfloat16:
            for (index, value) in values.enumerated() { put(Self.bfloat16(value), index) }
        case .float16:
            for (index, value) in values.enumerated() { put(Float16(value), index) }
        case .int8:
            let unit = Self.scale(of: values)
            scale.storeBytes(of: unit, as: Float.self)
            for (index, value) in values.enumerated() {
                put(unit > 0 ? Int8((value / unit).rounded(.toNearestOrEven)) : 0, index)
            }
        }
    }

    subscript(index: Int) -> Double {
        switch type {
        case .float32: Double(get(index) as Float)
        case .bfloat16: Double(Float(bitPattern: UInt32(get(index) as UInt16) << 16))
        case .float16: Double(get(index) as Float16)
        case .int8: Double(get(index) as Int8) * Double(scale.loadUnaligned(as: Float.self))
        }
    }

    private func put<Number: BitwiseCopyable>(_ number: Number, _ index: Int) {
        numbers.storeBytes(of: number, toByteOffset: index * MemoryLayout<Number>.stride, as: Number.self)
    }

    private func get<Number: BitwiseCopyable>(_ index: Int) -> Number {
        numbers.loadUnaligned(fromByteOffset: index * MemoryLayout<Number>.stride, as: Number.self)
    }

    /// The upper half of the nearest float that has only one; of two as near, the one with an even last bit.
    private static func bfloat16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        guard !value.isNaN else { return UInt16(bits >> 16) | 0x40 }
        return UInt16((bits + 0x7fff + (bits >> 16 & 1)) >> 16)
    }

    private static func scale(of values: UnsafeBufferPointer<Float>) -> Float {
        guard values.allSatisfy(\.isFinite) else { return .nan }
        let scale = (values.lazy.map(\.magnitude).max() ?? 0) / 127
        return scale < .leastNormalMagnitude ? 0 : scale
    }
}
