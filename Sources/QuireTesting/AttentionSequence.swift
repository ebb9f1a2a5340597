import QuireCore

/// Random queries, keys and values of one sequence, and plain attention over them.
struct AttentionSequence {
    let length: Int
    let query: [Float]
    let key: [Float]
    let value: [Float]

    init(length: Int, shape: AttentionShape, random: inout TestRandom) {
        self.length = length
        query = random.floats(length * shape.queryWidth).map { $0 * 3 }
        key = random.floats(length * shape.keyValueWidth)
        value = random.floats(length * shape.keyValueWidth)
    }

    /// Causal attention in double precision, `[length, queryHeads · headDim]`.
    func oracle(_ shape: AttentionShape) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(length * shape.queryWidth)
        for position in 0..<length {
            for head in 0..<shape.queryHeads {
                let q = position * shape.queryWidth + head * shape.headDim
                let kv = head / shape.groupSize * shape.headDim
                let scores = (0...position).map { other in
                    (0..<shape.headDim).reduce(0.0) {
                        $0 + Double(query[q + $1]) * Double(key[other * shape.keyValueWidth + kv + $1])
                    } * Double(shape.scale)
                }
                let largest = scores.max() ?? 0
                let weights = scores.map { exponential($0 - largest) }
                let total = weights.reduce(0, +)
                for dimension in 0..<shape.headDim {
                    let sum = weights.enumerated().reduce(0.0) {
                        $0 + $1.element * Double(value[$1.offset * shape.keyValueWidth + kv + dimension])
                    }
                    result.append(sum / total)
                }
            }
        }
        return result
    }
}
