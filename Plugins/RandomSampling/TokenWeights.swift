import QuireCore

/// The tokens of a vocabulary with weights in proportion to their probabilities; those that may not be drawn have 0.
///
/// A view of memory that somebody else owns. Nothing here sorts a vocabulary: what is cut off is found by counting.
struct TokenWeights {
    /// `[vocabulary]`, from 0 to 1; the likeliest token has 1.
    private let weights: UnsafeMutableBufferPointer<Float>
    private let logits: UnsafeBufferPointer<Float>

    /// - Parameters:
    ///   - logits: `[vocabulary]`; at least one is finite, none is NaN.
    ///   - weights: `[vocabulary]`, not initialised.
    init(
        _ logits: UnsafeBufferPointer<Float>, temperature: Double, into weights: UnsafeMutableBufferPointer<Float>,
        kernels: Kernels
    ) {
        self.logits = logits
        self.weights = weights
        let peak = logits[max(0, kernels.argmax(logits.baseAddress!, logits.count))]
        let scale = Float(1 / temperature)
        for token in logits.indices { weights.initializeElement(at: token, to: (logits[token] - peak) * scale) }
        kernels.exp(weights.baseAddress!, weights.count, weights.baseAddress!)
    }

    subscript(token: Int) -> Float { weights[token] }

    /// Leaves out what is less likely than this share of the likeliest.
    func dropBelow(_ share: Double) {
        let least = Float(share)
        for token in weights.indices where weights[token] < least { weights[token] = 0 }
    }

    /// Keeps the `count` likeliest; of equal ones those with the lowest ids.
    func keepLikeliest(_ count: Int) { keepLikeliest(until: Double(count)) { _ in 1 } }

    /// Keeps the fewest of the likeliest that together reach a share of all that is left.
    func keepNucleus(_ share: Double) { keepLikeliest(until: share * sums().reduce(0, +)) { Double($0) } }

    /// Keeps the likeliest until their measures add up to `limit`, the one that reaches it included.
    private func keepLikeliest(until limit: Double, measure: (Float) -> Double) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.bucketCount) { buckets in
            buckets.initialize(repeating: 0)
            for weight in weights where weight > 0 { buckets[Self.bucket(weight)] += measure(weight) }
            var reached = 0.0
            var last = Self.bucketCount - 1
            while last >= 0, reached + buckets[last] < limit {
                reached += buckets[last]
                last -= 1
            }
            guard last >= 0 else { return }
            var undecided: [Int] = []
            for token in weights.indices where weights[token] > 0 {
                let bucket = Self.bucket(weights[token])
                if bucket == last { undecided.append(token) }
                if bucket < last { weights[token] = 0 }
            }
            // Logits, because two may have the same weight.
            undecided.sort { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
            for token in undecided {
                if reached >= limit { weights[token] = 0 } else { reached += measure(weights[token]) }
            }
        }
    }

    /// Numbers of one exponent and the same first four bits after it are together: 16 buckets between a number and its
    /// double.
    private static func bucket(_ weight: Float) -> Int { min(Int(weight.bitPattern >> 19), bucketCount - 1) }
    private static let bucketCount = 2_048

    /// The token where the weights before it and its own pass a share of all, from 0 up to, not including, 1.
    func token(at share: Double) -> TokenID {
        let sums = sums()
        let target = share * sums.reduce(0, +)
        var reached = 0.0
        var last = 0
        for (index, sum) in sums.enumerated() where sum > 0 {
            let isHere = target < reached + sum
            // Rounding may leave the last step short: then it is the last token that has a weight.
            if isHere || index == sums.count - 1 {
                for token in stretch(index) where weights[token] > 0 {
                    reached += Double(weights[token])
                    last = token
                    if target < reached { break }
                }
                if isHere { break }
            } else {
                reached += sum
            }
        }
        return TokenID(last)
    }

    /// Tokens whose weights are added up together, in float; the sums are added in double.
    private static let stretchLength = 1_024

    private func stretch(_ index: Int) -> Range<Int> {
        index * Self.stretchLength..<min((index + 1) * Self.stretchLength, weights.count)
    }

    private func sums() -> [Double] {
        let bytes = UnsafeRawBufferPointer(weights)
        let stretches = (weights.count + Self.stretchLength - 1) / Self.stretchLength
        return (0..<stretches).map { index in
            let range = stretch(index)
            var lanes = (SIMD16<Float>.zero, SIMD16<Float>.zero)
            var token = range.lowerBound
            while token + 32 <= range.upperBound {
                lanes.0 += bytes.loadUnaligned(fromByteOffset: 4 * token, as: SIMD16<Float>.self)
                lanes.1 += bytes.loadUnaligned(fromByteOffset: 4 * token + 64, as: SIMD16<Float>.self)
                token += 32
            }
            var sum = Double((lanes.0 + lanes.1).sum())
            while token < range.upperBound {
                sum += Double(weights[token])
                token += 1
            }
            return sum
        }
    }
}
