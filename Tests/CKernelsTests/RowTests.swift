import CKernels
import Foundation
import Testing

@Suite("Rows")
struct RowTests {
    @Test("rms_norm follows its definition at every size", arguments: InstructionSet.available)
    func rmsNorm(set: InstructionSet) {
        var random = Random(2)
        for n in awkwardSizes {
            let x = random.floats(n, in: -3...3)
            let weight = random.floats(n)
            let mean = x.reduce(0) { $0 + Double($1) * Double($1) } / Double(n)
            let expected = zip(x, weight).map { Double($0) / (mean + 1e-5).squareRoot() * Double($1) }
            var y = [Float](repeating: 0, count: n)
            set.kernels.rms_norm(x, weight, 1e-5, n, &y)
            let isClose = close(y, expected, within: 1e-6)
            #expect(isClose)

            var inPlace = x
            inPlace.withUnsafeMutableBufferPointer {
                set.kernels.rms_norm($0.baseAddress!, weight, 1e-5, n, $0.baseAddress!)
            }
            #expect(inPlace == y)
        }
    }

    @Test("the elementwise operations are exact", arguments: InstructionSet.available)
    func elementwise(set: InstructionSet) {
        var random = Random(3)
        for n in awkwardSizes {
            let a = random.floats(n)
            let b = random.floats(n)
            var sum = a
            set.kernels.add(&sum, b, n)
            #expect(sum == zip(a, b).map(+))
            var product = a
            set.kernels.multiply(&product, b, n)
            #expect(product == zip(a, b).map(*))
            var scaled = a
            set.kernels.scale(&scaled, 0.3, n)
            #expect(scaled == a.map { $0 * 0.3 })
        }
    }

    @Test("a bias goes to every row and nowhere between rows", arguments: InstructionSet.available)
    func bias(set: InstructionSet) {
        var random = Random(4)
        for n in awkwardSizes {
            let x = random.floats(3 * (n + 2))
            let bias = random.floats(n)
            var y = x
            set.kernels.add_bias(&y, n + 2, 3, bias, n)
            let expected = x.indices.map { i in i % (n + 2) < n ? x[i] + bias[i % (n + 2)] : x[i] }
            #expect(y == expected)
        }
    }

    @Test("gate_multiply follows its definition at every size", arguments: InstructionSet.available)
    func silu(set: InstructionSet) {
        var random = Random(5)
        for n in awkwardSizes {
            let gate = random.floats(n, in: -20...20)
            let up = random.floats(n)
            var out = [Float](repeating: 0, count: n)
            set.kernels.gate_multiply(QK_SILU, gate, up, n, &out)
            let isClose = close(
                out, zip(gate, up).map { Double($0) / (1 + exp(-Double($0))) * Double($1) }, within: 1e-6)
            #expect(isClose)
        }
    }

    /// The activations by their definitions.
    static let activations: [(kind: qk_activation, definition: @Sendable (Double) -> Double)] = [
        (QK_SILU, { $0 / (1 + exp(-$0)) }), (QK_GELU, { $0 * (1 + erf($0 / 2.0.squareRoot())) / 2 }),
        (QK_GELU_TANH, { $0 * (1 + tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0))) / 2 }),
        (QK_RELU, { max($0, 0) }),
    ]

    @Test("activations follow their definitions at every size, alone and as gates", arguments: InstructionSet.available)
    func activations(set: InstructionSet) {
        var random = Random(15)
        for (kind, definition) in Self.activations {
            for n in awkwardSizes {
                let x = random.floats(n, in: -9...9)
                let up = random.floats(n)
                var bent = x
                set.kernels.activate(kind, &bent, n)
                #expect(close(bent, x.map { definition(Double($0)) }, within: 2e-6), "\(kind) of \(n)")
                var out = [Float](repeating: 0, count: n)
                set.kernels.gate_multiply(kind, x, up, n, &out)
                let isGated = close(out, zip(x, up).map { definition(Double($0)) * Double($1) }, within: 2e-6)
                #expect(isGated, "\(kind) of \(n) as a gate")
            }
        }
    }

    @Test("activations have their limits far out, and keep what is no number", arguments: InstructionSet.available)
    func activationLimits(set: InstructionSet) {
        for (kind, _) in Self.activations {
            var x: [Float] = [-1000, 1000, .nan, 0]
            set.kernels.activate(kind, &x, 4)
            #expect(x[0] == 0 && x[1] == 1000 && x[3] == 0, "\(kind)")
            #expect(x[2].isNaN, "\(kind)")
        }
    }

    @Test("clamped_swiglu clamps the gate from above and the rest on both sides", arguments: InstructionSet.available)
    func clampedSwiglu(set: InstructionSet) {
        var random = Random(16)
        let (alpha, limit): (Float, Float) = (1.702, 2)
        for n in awkwardSizes {
            let gate = random.floats(n, in: -6...6)
            let up = random.floats(n, in: -6...6)
            var out = [Float](repeating: 0, count: n)
            set.kernels.clamped_swiglu(gate, up, alpha, limit, n, &out)
            let expected = zip(gate, up).map { gate, up in
                let g = min(Double(gate), Double(limit))
                let u = min(max(Double(up), -Double(limit)), Double(limit))
                return (u + 1) * g / (1 + exp(-Double(alpha) * g))
            }
            #expect(close(out, expected, within: 1e-5))
        }
    }

    @Test("soft_cap bends towards its cap on both sides", arguments: InstructionSet.available)
    func softCap(set: InstructionSet) {
        var random = Random(17)
        for n in awkwardSizes {
            let x = random.floats(n, in: -200...200)
            var out = x
            set.kernels.soft_cap(&out, 30, n)
            #expect(close(out, x.map { 30 * tanh(Double($0) / 30) }, within: 1e-5))
        }
    }

    @Test(
        "layer_norm has mean 0 and variance 1 before weight and bias, either of which may be missing",
        arguments: InstructionSet.available)
    func layerNorm(set: InstructionSet) {
        var random = Random(18)
        for n in awkwardSizes where n > 0 {
            let x = random.floats(n, in: -3...5)
            let (weight, bias) = (random.floats(n), random.floats(n))
            let mean = x.reduce(0.0) { $0 + Double($1) } / Double(n)
            let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(n)
            let plain = x.map { (Double($0) - mean) / (variance + 1e-3).squareRoot() }
            var out = [Float](repeating: 0, count: n)
            set.kernels.layer_norm(x, nil, nil, 1e-3, n, &out)
            #expect(close(out, plain, within: 1e-5))
            set.kernels.layer_norm(x, weight, nil, 1e-3, n, &out)
            #expect(close(out, zip(plain, weight).map { $0 * Double($1) }, within: 1e-5))
            set.kernels.layer_norm(x, weight, bias, 1e-3, n, &out)
            #expect(close(out, plain.indices.map { plain[$0] * Double(weight[$0]) + Double(bias[$0]) }, within: 1e-5))
        }
    }

    @Test("add_scaled adds a multiple", arguments: InstructionSet.available)
    func addScaled(set: InstructionSet) {
        var random = Random(19)
        for n in awkwardSizes {
            let (x, y) = (random.floats(n), random.floats(n))
            var out = x
            set.kernels.add_scaled(&out, y, -0.75, n)
            #expect(close(out, zip(x, y).map { Double($0) - 0.75 * Double($1) }, within: 1e-6))
        }
    }

    @Test("gate_multiply has its limits far out", arguments: InstructionSet.available)
    func siluLimits(set: InstructionSet) {
        var out = [Float](repeating: 0, count: 3)
        set.kernels.gate_multiply(QK_SILU, [-1000, 1000, .nan], [1, 2, 1], 3, &out)
        #expect(out[0] == 0)
        #expect(out[1] == 2000)
        #expect(out[2].isNaN)
    }

    @Test("exp is within two units in the last place", arguments: InstructionSet.available)
    func exponential(set: InstructionSet) {
        // Every 4,099th float between -105 and 89, both signs, subnormals and zeros with them.
        var x: [Float] = []
        for bits in stride(from: UInt32(0), through: Float(105).bitPattern, by: 4099) {
            x.append(-Float(bitPattern: bits))
            if bits < Float(88.7).bitPattern { x.append(Float(bitPattern: bits)) }
        }
        x += [-87.336548, -88.02969, -103.27893, -103.97208, 88.72283, 0.34657359, -0.34657359]
        var out = [Float](repeating: 0, count: x.count)
        set.kernels.exp(x, x.count, &out)
        var worst = 0.0
        for (x, y) in zip(x, out) {
            let exact = exp(Double(x))
            let unit = Double(Float(exact).ulp)
            worst = max(worst, abs(Double(y) - exact) / unit)
        }
        #expect(worst <= 2)
        // What was measured, so that a slip shows.
        #expect(worst <= 1.01)
    }

    @Test("exp has its limits", arguments: InstructionSet.available)
    func exponentialLimits(set: InstructionSet) {
        let x: [Float] = [-.infinity, -1e30, -104.1, 0, -0.0, 89, 1e30, .infinity, .nan]
        var y = [Float](repeating: 0, count: x.count)
        set.kernels.exp(x, x.count, &y)
        #expect(y.dropLast() == [0, 0, 0, 1, 1, .infinity, .infinity, .infinity])
        #expect(y.last!.isNaN)
    }

    @Test(
        "rope turns each pair by its angle and leaves the rest alone",
        arguments: InstructionSet.available, [false, true])
    func rope(set: InstructionSet, interleaved: Bool) {
        var random = Random(6)
        for (headDim, rotaryDim) in [(2, 2), (8, 8), (10, 6), (48, 48), (64, 64), (80, 32), (128, 128)] {
            let heads = 3
            let half = rotaryDim / 2
            let row = random.floats(heads * headDim)
            let angles = random.floats(half, in: 0...6)
            let cosines = angles.map { cos($0) }
            let sines = angles.map { sin($0) }
            var expected = row.map(Double.init)
            for head in 0..<heads {
                for i in 0..<half {
                    let first = head * headDim + (interleaved ? 2 * i : i)
                    let second = interleaved ? first + 1 : first + half
                    let a = Double(row[first])
                    let b = Double(row[second])
                    expected[first] = a * Double(cosines[i]) - b * Double(sines[i])
                    expected[second] = b * Double(cosines[i]) + a * Double(sines[i])
                }
            }
            var out = row
            let kernel = interleaved ? set.kernels.rope_interleaved : set.kernels.rope_half
            kernel(&out, cosines, sines, heads, headDim, rotaryDim)
            let isClose = close(out, expected, within: 1e-6)
            #expect(isClose)
        }
    }

    @Test("all instruction sets rotate alike, bit for bit", arguments: [false, true])
    func ropeAgrees(interleaved: Bool) {
        var random = Random(7)
        let row = random.floats(4 * 64)
        let cosines = random.floats(32)
        let sines = random.floats(32)
        let results = InstructionSet.available.map { set in
            var out = row
            let kernel = interleaved ? set.kernels.rope_interleaved : set.kernels.rope_half
            kernel(&out, cosines, sines, 4, 64, 64)
            return bits(out)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
