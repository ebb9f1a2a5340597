#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension AttentionShape {
    /// The slopes of attention with linear biases, one for each head.
    ///
    /// For a power of two they fall from head to head by one factor; further heads have what would lie between.
    /// Source: Press et al., Train Short, Test Long, 2022.
    public static func alibiSlopes(heads: Int) -> [Float] {
        var power = 1
        while power * 2 <= heads { power *= 2 }
        func slope(_ step: Int, of count: Int) -> Float { Float(exp2(-8 * Double(step) / Double(count))) }
        let first = (1...power).map { slope($0, of: power) }
        let between = (0..<(heads - power)).map { slope(2 * $0 + 1, of: 2 * power) }
        return first + between
    }
}
