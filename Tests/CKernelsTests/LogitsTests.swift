import CKernels
import Foundation
import Testing

@Suite("Logits")
struct LogitsTests {
    @Test("argmax finds the largest, the lowest index among equals", arguments: InstructionSet.available)
    func argmax(set: InstructionSet) {
        var random = Random(8)
        for n in awkwardSizes + [32000] {
            // Few distinct values: ties everywhere.
            let x = (0..<n).map { _ in Float(random.size(0...9)) }
            #expect(set.kernels.argmax(x, n) == x.firstIndex(of: x.max()!)!)
            for winner in [0, n / 2, n - 1] {
                var y = x
                y[winner] = 10
                #expect(set.kernels.argmax(y, n) == winner)
            }
        }
    }

    @Test("NaN never wins", arguments: InstructionSet.available)
    func argmaxNaN(set: InstructionSet) {
        for n in awkwardSizes {
            var x = [Float](repeating: .nan, count: n)
            #expect(set.kernels.argmax(x, n) == -1)
            x[n / 3] = -.infinity
            #expect(set.kernels.argmax(x, n) == n / 3)
            x[n - 1] = -5
            #expect(set.kernels.argmax(x, n) == n - 1)
        }
        #expect(set.kernels.argmax([0], 0) == -1)
    }

    @Test("log_sum_exp follows its definition", arguments: InstructionSet.available)
    func logSumExp(set: InstructionSet) {
        var random = Random(9)
        for n in awkwardSizes + [32000, 128_256] {
            for offset: Float in [0, 500, -500] {
                let x = random.floats(n, in: -10...10).map { $0 + offset }
                let top = Double(x.max()!)
                let expected = top + log(x.reduce(0) { $0 + exp(Double($1) - top) })
                #expect(abs(set.kernels.log_sum_exp(x, n) - expected) < 1e-6)
            }
        }
    }

    @Test("log_sum_exp leaves out forbidden tokens and reports the rest", arguments: InstructionSet.available)
    func logSumExpLimits(set: InstructionSet) {
        let none = -Float.infinity
        #expect(set.kernels.log_sum_exp([0], 0) == -.infinity)
        #expect(set.kernels.log_sum_exp([none, none, none], 3) == -.infinity)
        #expect(abs(set.kernels.log_sum_exp([none, 2, none, 2], 4) - (2 + log(2.0))) < 1e-7)
        #expect(set.kernels.log_sum_exp([1, .infinity], 2) == .infinity)
        #expect(set.kernels.log_sum_exp([1, .nan], 2).isNaN)
        #expect(set.kernels.log_sum_exp([Float](repeating: .nan, count: 70), 70).isNaN)
    }

    @Test("one NaN or +inf is found wherever it stands; -inf is fine", arguments: InstructionSet.available)
    func nonFinite(set: InstructionSet) {
        for n in awkwardSizes {
            var x = [Float](repeating: 1, count: n)
            x[0] = -.infinity
            #expect(!set.kernels.has_non_finite(x, n))
            for i in [0, n / 2, n - 1] {
                for bad: Float in [.nan, -.nan, .infinity] {
                    var y = x
                    y[i] = bad
                    #expect(set.kernels.has_non_finite(y, n))
                }
            }
        }
        #expect(!set.kernels.has_non_finite([.nan], 0))
    }
}
