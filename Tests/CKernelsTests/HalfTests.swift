import CKernels
import Foundation
import Testing

@Suite("16-bit floats")
struct HalfTests {
    static let all = (0...UInt16.max).map { $0 }

    static func bf16(_ h: UInt16) -> Float { Float(bitPattern: UInt32(h) << 16) }

    /// By the definition of binary16, in double.
    static func f16(_ h: UInt16) -> Float {
        let sign: Double = h >> 15 == 0 ? 1 : -1
        let exponent = Int(h >> 10 & 31)
        let fraction = Double(h & 0x3ff)
        if exponent == 31 { return fraction == 0 ? Float(sign * .infinity) : .nan }
        let magnitude = exponent == 0 ? fraction * 0x1p-24 : (1 + fraction / 1024) * pow(2, Double(exponent - 15))
        return Float(sign * magnitude)
    }

    static func same(_ a: Float, _ b: Float) -> Bool { a.isNaN ? b.isNaN : a.bitPattern == b.bitPattern }

    func widen(_ set: InstructionSet, half: Bool, _ x: [UInt16]) -> [Float] {
        var out = [Float](repeating: -1, count: x.count)
        (half ? set.kernels.widen_f16 : set.kernels.widen_bf16)(x, x.count, &out)
        return out
    }

    func narrow(_ set: InstructionSet, half: Bool, _ x: [Float]) -> [UInt16] {
        var out = [UInt16](repeating: 1, count: x.count)
        (half ? set.kernels.narrow_f16 : set.kernels.narrow_bf16)(x, x.count, &out)
        return out
    }

    @Test("all 65,536 values widen exactly", arguments: InstructionSet.available, [false, true])
    func widening(set: InstructionSet, half: Bool) {
        let expected = Self.all.map(half ? Self.f16 : Self.bf16)
        let wrong = zip(widen(set, half: half, Self.all), expected).filter { !Self.same($0, $1) }
        #expect(wrong.count == 0)
    }

    @Test("all 65,536 values survive widening and narrowing", arguments: InstructionSet.available, [false, true])
    func roundTrip(set: InstructionSet, half: Bool) {
        let back = narrow(set, half: half, widen(set, half: half, Self.all))
        let toFloat = half ? Self.f16 : Self.bf16
        let wrong = zip(Self.all, back).filter { $0 != $1 && !(toFloat($0).isNaN && toFloat($1).isNaN) }
        #expect(wrong.count == 0)
    }

    @Test("narrowing rounds to nearest, halfway to even", arguments: InstructionSet.available, [false, true])
    func rounding(set: InstructionSet, half: Bool) {
        let toFloat = half ? Self.f16 : Self.bf16
        // Neighbours h and h + 1 from 0 to the largest finite number, and on into infinity.
        let infinity: UInt16 = half ? 0x7c00 : 0x7f80
        let lower = Self.all.filter { $0 < infinity }
        let edge = half ? 65536.0 : 0x1p128
        var inputs: [Float] = []
        var expected: [UInt16] = []
        for h in lower {
            let a = Double(toFloat(h))
            let b = h + 1 == infinity ? edge : Double(toFloat(h + 1))
            let middle = Float((a + b) / 2)
            inputs += [middle, middle.nextDown, middle.nextUp, -middle]
            let even = h & 1 == 0 ? h : h + 1
            expected += [even, h, h + 1, even | 0x8000]
        }
        let wrong = zip(narrow(set, half: half, inputs), expected).filter { $0 != $1 }
        #expect(wrong.count == 0)
    }

    @Test("NaN stays NaN and what is too large becomes infinity", arguments: InstructionSet.available, [false, true])
    func special(set: InstructionSet, half: Bool) {
        let nans = [UInt32(0x7f80_0001), 0x7fff_ffff, 0xff80_0001, 0x7fc0_0000].map { Float(bitPattern: $0) }
        let toFloat = half ? Self.f16 : Self.bf16
        #expect(narrow(set, half: half, nans).allSatisfy { toFloat($0).isNaN })
        let large: [Float] = [.infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude]
        #expect(narrow(set, half: half, large).map(toFloat) == [.infinity, -.infinity, .infinity, -.infinity])
    }

    @Test("tails convert like whole vectors", arguments: InstructionSet.available)
    func tails(set: InstructionSet) {
        var random = Random(1)
        let floats = random.floats(64, in: -100...100)
        for half in [false, true] {
            let narrow64 = narrow(set, half: half, floats)
            let wide64 = widen(set, half: half, narrow64)
            for n in 0..<64 {
                #expect(narrow(set, half: half, Array(floats[..<n])) == Array(narrow64[..<n]))
                #expect(widen(set, half: half, Array(narrow64[..<n])) == Array(wide64[..<n]))
            }
        }
    }
}
