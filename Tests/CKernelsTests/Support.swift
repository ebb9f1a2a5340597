import CKernels
import Testing

/// The instruction sets of this machine; every test runs on each of them.
enum InstructionSet: String, CaseIterable, CustomTestStringConvertible {
    case portable, avx2, avx512, neon

    static let available = allCases.filter { qk_isa_available($0.isa) }

    var isa: qk_isa {
        switch self {
        case .portable: QK_ISA_PORTABLE
        case .avx2: QK_ISA_AVX2
        case .avx512: QK_ISA_AVX512
        case .neon: QK_ISA_NEON
        }
    }

    var kernels: qk_kernels { qk_kernels_for(isa)!.pointee }
    var testDescription: String { rawValue }
}

/// SplitMix64: tests repeat exactly.
struct Random: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }

    mutating func size(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

/// Sizes around every vector width and tile, and some that fit none.
let awkwardSizes = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 31, 33, 48, 63, 64, 65, 100, 127, 257, 515]

/// Bit patterns, so that NaN equals itself and -0 differs from 0. Opaque to reflection: printing thousands of numbers
/// for every failed expectation would take minutes.
struct Bits: Equatable, CustomReflectable, CustomStringConvertible {
    let patterns: [UInt32]

    var customMirror: Mirror { Mirror(self, children: []) }
    var description: String { "\(patterns.count) floats" }
}

func bits(_ x: some Sequence<Float>) -> Bits { Bits(patterns: x.map(\.bitPattern)) }

/// Whether every `actual` is within `tolerance` of its `expected`, relative to max(1, |expected|).
func close(_ actual: [Float], _ expected: [Double], within tolerance: Double) -> Bool {
    actual.count == expected.count
        && zip(actual, expected).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
}
