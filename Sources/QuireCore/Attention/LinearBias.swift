#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Attention with linear biases: each head's scores fall with the distance to the key, by a slope of its own.
///
/// Source: Press et al., Train Short, Test Long, 2022.
public struct LinearBias: Hashable, Sendable {
    /// One for each query head.
    public let slopes: [Float]
    /// Multiplies what the slopes give.
    public let scale: Float
    /// Whether `slope · position` is taken of positions rounded to bfloat16, and rounded to bfloat16 itself, as the models
    /// have it that were trained so: keys at 257 and 258 are then as far away.
    public let isRounded: Bool

    public init(slopes: [Float], scale: Float = 1, isRounded: Bool = false) {
        self.slopes = slopes
        self.scale = scale
        self.isRounded = isRounded
    }

    /// The slopes of ALiBi: for a power of two they fall from head to head by one factor; further heads have what would lie
    /// between.
    public init(heads: Int, scale: Float = 1, isRounded: Bool = false) {
        var power = 1
        while power * 2 <= heads { power *= 2 }
        func slope(_ step: Int, of count: Int) -> Float {
            let slope = Float(exp2(-8 * Double(step) / Double(count)))
            return isRounded ? Self.rounded(slope) : slope
        }
        let first = (1...power).map { slope($0, of: power) }
        let between = (0..<(heads - power)).map { slope(2 * $0 + 1, of: 2 * power) }
        self.init(slopes: first + between, scale: scale, isRounded: isRounded)
    }

    /// What a head's score of a key gets.
    public func bias(head: Int, from position: Int, to key: Int) -> Double {
        let slope = slopes[head]
        guard isRounded else { return Double(slope) * Double(key - position) * Double(scale) }
        func product(_ position: Int) -> Float { Self.rounded(Self.rounded(Float(position)) * slope) }
        return (Double(product(key)) - Double(product(position))) * Double(scale)
    }

    /// The nearest bfloat16, of two as near the even one.
    private static func rounded(_ number: Float) -> Float {
        let bits = number.bitPattern
        return Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
    }
}
