import QuireCore

/// Four million random weights of one type, from which larger matrices are drawn, 256 at a time.
///
/// Quantising billions of weights would take minutes in the types that search for scales.
struct BagOfBlocks {
    /// Weights that are drawn together: a whole number of blocks of every type.
    static let unit = 256
    private static let count = 1 << 14

    private let bytes: [UInt8]
    private let unitBytes: Int

    init(_ type: StorageType, deviation: Float, seed: UInt64, kernels: Kernels, workers: WorkerPool) {
        let unitBytes = type.bytes(forColumns: Self.unit)
        self.unitBytes = unitBytes
        bytes = [UInt8](unsafeUninitializedCapacity: Self.count * unitBytes) { buffer, count in
            count = Self.count * unitBytes
            guard let start = buffer.baseAddress else { return }
            let target = SharedPointer(start)
            workers.run(Self.count / 64) { piece in
                var random = SplitMix(seed: seed ^ UInt64(piece) << 32)
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 64 * Self.unit) { numbers in
                    for index in numbers.indices { numbers[index] = deviation * random.nearlyNormal() }
                    let isStored = type.store(
                        numbers.baseAddress!, count: numbers.count,
                        into: UnsafeMutableRawPointer(target.pointer + piece * 64 * unitBytes), kernels: kernels)
                    precondition(isStored, "random weights are small")
                }
            }
        }
    }

    /// Fills a buffer of whole units.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, _ random: inout SplitMix) {
        bytes.withUnsafeBytes { bag in
            for offset in stride(from: 0, to: buffer.count, by: unitBytes) {
                let drawn = Int(truncatingIfNeeded: random.next() >> 32) % Self.count
                (buffer.baseAddress! + offset).copyMemory(
                    from: bag.baseAddress! + drawn * unitBytes, byteCount: unitBytes)
            }
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, fast, and good enough for weights that mean nothing.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// The sum of four uniform numbers, with deviation 1: near a normal distribution, and exact on every machine.
    mutating func nearlyNormal() -> Float {
        let word = next()
        let sum = (word & 0xFFFF) + (word >> 16 & 0xFFFF) + (word >> 32 & 0xFFFF) + (word >> 48)
        // Four times the variance of a uniform number, 1/12, is 1/3.
        return (Float(sum) / 65_536 - 2) * Float(3).squareRoot()
    }
}
