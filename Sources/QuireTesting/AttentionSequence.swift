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
    private let key: [Float]
    private let value: [Float]
    private let shape: AttentionShape

    /// - Parameter other: a sequence to share a random part of, and its index.
    init(
        length: Int, shape: AttentionShape, sharing other: (index: Int, sequence: AttentionSequence)? = nil,
        random: inout TestRandom
    ) {
        self.length = length
        self.shape = shape
        let shared = other.map { random.roll(0...min(length, $0.sequence.length)) } ?? 0
        if let other, shared > 0 { prefix = Prefix(sequence: other.index, length: shared) }
        func values(_ width: Int, _ known: [Float]?, factor: Float) -> [Float] {
            (known?.prefix(shared * width).map { $0 } ?? [])
                + random.floats((length - shared) * width).map { $0 * factor }
        }
        query = values(shape.queryWidth, other?.sequence.query, factor: 3)
        key = values(shape.keyValueWidth, other?.sequence.key, factor: 1)
        value = values(shape.keyValueWidth, other?.sequence.value, factor: 1)
    }

    /// The same sequence, not tied to another.
    var alone: AttentionSequence {
        var copy = self
        copy.prefix = nil
        return copy
    }

    func queries(_ range: Range<Int>) -> ArraySlice<Float> { rows(query, range, shape.queryWidth) }
    func keys(_ range: Range<Int>) -> ArraySlice<Float> { rows(key, range, shape.keyValueWidth) }
    func values(_ range: Range<Int>) -> ArraySlice<Float> { rows(value, range, shape.keyValueWidth) }

    private func rows(_ values: [Float], _ range: Range<Int>, _ width: Int) -> ArraySlice<Float> {
        values[(range.lowerBound * width)..<(range.upperBound * width)]
    }

    /// Causal attention of one position in double precision, `[queryHeads · headDim]`.
    func oracle(_ shape: AttentionShape, position: Int) -> [Double] {
        var result: [Double] = []
        for head in 0..<shape.queryHeads {
            let q = position * shape.queryWidth + head * shape.headDim
            let kv = head / shape.groupSize * shape.headDim
            let scores = (0...position).map { other in
                var sum = 0.0
                for index in 0..<shape.headDim {
                    sum += Double(query[q + index]) * Double(key[other * shape.keyValueWidth + kv + index])
                }
                return sum * Double(shape.scale)
            }
            let largest = scores.max() ?? 0
            let weights = scores.map { exponential($0 - largest) }
            let total = weights.reduce(0, +)
            for dimension in 0..<shape.headDim {
                var sum = 0.0
                for (other, weight) in weights.enumerated() {
                    sum += weight * Double(value[other * shape.keyValueWidth + kv + dimension])
                }
                result.append(sum / total)
            }
        }
        return result
    }
}
