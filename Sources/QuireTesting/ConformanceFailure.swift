/// What a plugin did that its contract forbids. Throwing it fails a test in any framework.
public struct ConformanceFailure: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Reproducible random numbers for conformance suites.
struct TestRandom {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x2545_F491_4F6C_DD1D &+ 0x9E37_79B9_7F4A_7C15 }

    /// Marsaglia's xorshift with multiplication.
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func roll(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int((next() >> 16) % UInt64(range.count))
    }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[roll(0...(values.count - 1))] }

    /// Evenly from -1 to 1.
    mutating func float() -> Float { Float(Int32(truncatingIfNeeded: next() >> 32)) * 0x1p-31 }

    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }
}
