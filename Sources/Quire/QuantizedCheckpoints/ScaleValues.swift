import QuireCore
import QuireFormats

/// A tensor of scales, read and checked.
struct ScaleValues: Sendable {
    static let types: [ElementType] = [.f16, .bf16, .f32]

    /// Row-major, as in the file.
    let values: [Float]
    /// The bytes in the file, where the scales are f16.
    let halves: MappedBytes?

    /// - Throws: `WeightError` that names the first scale that is not a finite number.
    init(_ entry: TensorEntry, place: String, kernels: Kernels) throws(WeightError) {
        values = Self.floats(entry, kernels: kernels)
        halves = entry.type == .f16 ? entry.bytes : nil
        guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
        var (index, rest) = ([Int](), bad)
        for size in entry.shape.reversed() {
            index.insert(rest % size, at: 0)
            rest /= size
        }
        throw WeightError(
            place: place,
            problem: "weight '\(entry.name)' is \(values[bad].isNaN ? "NaN" : "\(values[bad])") at \(index); "
                + "scales are finite numbers")
    }

    /// The elements of a tensor of one of the types as float32.
    private static func floats(_ entry: TensorEntry, kernels: Kernels) -> [Float] {
        let count = entry.elementCount
        return [Float](unsafeUninitializedCapacity: count) { target, initialized in
            initialized = count
            guard count > 0, let base = target.baseAddress else { return }
            let source = entry.bytes.baseAddress
            if entry.type == .f32 {
                UnsafeMutableRawPointer(base).copyMemory(from: source, byteCount: count * 4)
                return
            }
            // Tensors lie at any byte of a file, and the kernels want whole elements.
            let halves = [UInt16](unsafeUninitializedCapacity: count) { halves, initialized in
                UnsafeMutableRawBufferPointer(halves).copyMemory(
                    from: UnsafeRawBufferPointer(start: source, count: count * 2))
                initialized = count
            }
            (entry.type == .f16 ? kernels.widen_f16 : kernels.widen_bf16)(halves, count, base)
        }
    }
}
