/// Random numbers that depend only on a seed and a position: nothing is carried from step to step, so forks, preemption
/// and neighbours cannot change what is drawn.
public struct RandomSource: Sendable {
    private var state: UInt64

    /// - Parameter position: index of the generated token.
    public init(seed: UInt64, position: Int) {
        // Each input passes the mixer on its own, so that neighbouring values give unrelated streams.
        let mixed = Self.mix(seed &+ Self.increment)
        state = Self.mix(mixed ^ (UInt64(bitPattern: Int64(position)) &* 0xA076_1D64_78BD_642F))
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= Self.increment
        return Self.mix(state)
    }

    /// A number from 0 up to, not including, 1.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
