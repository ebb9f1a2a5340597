/// Scratch memory that is kept and handed out again: after the first steps a forward pass allocates nothing.
///
/// Buffers come in sizes of four steps per power of two, so at most a quarter of one is unused.
final class ScratchPool {
    private var free: [Int: [UnsafeMutableBufferPointer<Float>]] = [:]
    private(set) var reservedBytes = 0

    /// Cache lines, and the widest vector registers, are 64 bytes.
    private static let alignment = 64

    deinit {
        for buffer in free.values.joined() { UnsafeMutableRawPointer(buffer.baseAddress!).deallocate() }
    }

    func take(_ count: Int) -> UnsafeMutableBufferPointer<Float> {
        let size = Self.roundedSize(count)
        if let buffer = free[size]?.popLast() { return buffer }
        let bytes = size * MemoryLayout<Float>.stride
        reservedBytes += bytes
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        return UnsafeMutableBufferPointer(start: raw.bindMemory(to: Float.self, capacity: size), count: size)
    }

    func give(_ buffer: UnsafeMutableBufferPointer<Float>) { free[buffer.count, default: []].append(buffer) }

    static func roundedSize(_ count: Int) -> Int {
        guard count > 64 else { return 64 }
        let power = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
        let step = max(16, power / 4)
        return (count + step - 1) / step * step
    }
}
