/// The numbers of one seeded tensor: a function of its name, a seed, and the place in the tensor.
///
/// Multiples of 2⁻²³ in [-1, 1) come from SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators,
/// 2014), whose state begins at the FNV-1a hash of the name, exclusive-or the seed.
struct SeededNumbers {
    private let key: UInt64

    init(name: String, seed: UInt64) { key = Self.fnv1a(name) ^ seed }

    /// Element `index` in row-major order, from 0.
    subscript(index: Int) -> Float {
        var bits = key &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Float(Int(bits >> 40) - (1 << 23)) / Float(1 << 23)
    }

    private static func fnv1a(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
