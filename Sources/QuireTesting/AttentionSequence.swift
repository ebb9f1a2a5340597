import QuireCore

/// Random queries, keys and values of one sequence, and plain attention over them.
struct AttentionSequence {
    /// Another sequence whose first tokens are this one's too.
    struct Prefix {
        let sequence: Int
        let length: Int
    }

    let length: Int
    private(set) var prefix: Prefix?
    private let query: [Float]
    private var key: [Float]
    private var value: [Float]
    private let shape: AttentionShape
    private let type: KVCacheType

    /// - Parameter other: a sequence to share a random part of, and its index.
    init(
        length: Int, shape: AttentionShape, type: KVCacheType,
        sharing other: (index: Int, sequence: AttentionSequence)? = nil,
        random: inout TestRandom
    ) {
        self.length = length
        self.shape = shape
        self.type = type
        let shared = other.map { random.roll(0...min(length, $0.sequence.length)) } ?? 0
        if let other, shared > 0 { prefix = Prefix(sequence: other.index, length: shared) }
        func values(_ width: Int, _ known: [Float]?, factor: Float) -> [Float] {
            (known?.prefix(shared * width).map { $0 } ?? [])
                + random.floats((length - shared) * width).map { $0 * factor }
        }
        query = values(shape.queryWidth, other?.sequence.query, factor: 3)
        key = values(shape.keyWidth, other?.sequence.key, factor: 1)
        value = shape.isLatent ? key : values(shape.valueWidth, other?.sequence.value, factor: 1)
    }

    /// The same sequence, not tied to another.
    var alone: AttentionSequence {
        var copy = self
        copy.prefix = nil
        return copy
    }

    func queries(_ range: Range<Int>) -> ArraySlice<Float> { rows(query, range, shape.queryWidth) }
    func keys(_ range: Range<Int>) -> ArraySlice<Float> { rows(key, range, shape.keyWidth) }
    func values(_ range: Range<Int>) -> ArraySlice<Float> { rows(value, range, valueWidth) }

    /// Numbers of a token's values, as backends are given them.
    private var valueWidth: Int { shape.isLatent ? shape.keyWidth : shape.valueWidth }
    private var valueStride: Int { shape.isLatent ? shape.headDim : shape.valueDim }

    private func rows(_ values: [Float], _ range: Range<Int>, _ width: Int) -> ArraySlice<Float> {
        values[(range.lowerBound * width)..<(range.upperBound * width)]
    }

    /// With keys and values as the cache holds them.
    var rounded: AttentionSequence {
        var copy = self
        copy.key = type.rounded(key, headDim: shape.headDim)
        copy.value = type.rounded(value, headDim: valueStride)
        return copy
    }

    /// A result, and how far from it one may be that is computed from rounded keys and values.
    struct Expected {
        let value: Double
        let roundingBound: Double
    }

    /// Causal attention of one position in double precision, `[queryHeads · valueDim]`.
    func oracle(position: Int) -> [Expected] {
        let seen = shape.firstSeen(from: position)...position
        var result: [Expected] = []
        for head in 0..<shape.queryHeads {
            let queryStart = position * shape.queryWidth + head * shape.headDim
            let query = query[queryStart..<(queryStart + shape.headDim)]
            let kvHead = head / shape.groupSize
            let keys = seen.map { slice(key, $0 * shape.keyWidth + kvHead * shape.headDim, shape.headDim) }
            let values = seen.map { slice(value, $0 * valueWidth + kvHead * valueStride, valueStride) }
            let scores = zip(seen, keys).map { other, key in
                score(query, key) + (shape.linearBias?.bias(head: head, from: position, to: other) ?? 0)
            }
            let sink = shape.sinks.isEmpty ? -Double.infinity : Double(shape.sinks[head])
            let largest = max(scores.max() ?? 0, sink)
            let weights = scores.map { exponential($0 - largest) }
            let total = weights.reduce(exponential(sink - largest), +)
            // Scores are off by `shift` at most, so weights by a factor of e^(2 shift).
            let shift = keys.map { scoreError(query, $0) }.max() ?? 0
            let factor = exponential(2 * shift)
            let valueErrors = values.map { type.roundingErrors($0) }
            for dimension in 0..<shape.valueDim {
                var (sum, size, error) = (0.0, 0.0, 0.0)
                for (index, weight) in weights.enumerated() {
                    let number = Double(values[index][values[index].startIndex + dimension])
                    sum += weight * number
                    size += weight * abs(number)
                    error += weight * valueErrors[index][dimension]
                }
                result.append(
                    Expected(value: sum / total, roundingBound: ((factor - 1) * size + factor * error) / total))
            }
        }
        return result
    }

    private func slice(_ numbers: [Float], _ start: Int, _ count: Int) -> ArraySlice<Float> {
        numbers[start..<(start + count)]
    }

    private func score(_ query: ArraySlice<Float>, _ key: ArraySlice<Float>) -> Double {
        var score = zip(query, key).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } * Double(shape.scale)
        if let cap = shape.softCap.map(Double.init) {
            let power = exponential(-2 * abs(score / cap))
            score = (score < 0 ? -cap : cap) * (1 - power) / (1 + power)
        }
        return score
    }

    private func scoreError(_ query: ArraySlice<Float>, _ key: ArraySlice<Float>) -> Double {
        zip(query, type.roundingErrors(key)).reduce(0.0) { $0 + Double(abs($1.0)) * $1.1 } * Double(abs(shape.scale))
    }
}
