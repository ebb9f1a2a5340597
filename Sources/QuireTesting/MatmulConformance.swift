import QuireCore

/// What every matmul backend must do: agree with a product in double precision over random shapes and all weight types,
/// and, where it says so, give a row the same bytes in any batch and on any number of threads.
public struct MatmulConformance {
    private let backend: any MatmulBackend.Type
    private let kernels: Kernels

    public init(_ backend: any MatmulBackend.Type, kernels: Kernels) {
        self.backend = backend
        self.kernels = kernels
    }

    /// Checks one random shape.
    ///
    /// - Throws: `ConformanceFailure` that says what differs.
    public func check(seed: Int, type: StorageType) throws {
        var random = TestRandom(seed: seed)
        let (tokens, rows, columns) = (random.roll(1...70), random.roll(1...150), random.roll(1...600))
        let weight = TestWeight(rows: rows, columns: columns, type: type, kernels: kernels, random: &random)
        let input = random.floats(tokens * columns)
        let together = try multiply(weight.matrix, input, tokens: tokens, threads: 2)
        let place = "\(backend.name), \(type.rawValue), seed \(seed), \(tokens) × \(columns) by \(rows)"
        for token in 0..<tokens {
            for row in 0..<rows {
                var sum = 0.0
                var size = 0.0
                for column in 0..<columns {
                    let product =
                        Double(input[token * columns + column]) * Double(weight.values[row * columns + column])
                    sum += product
                    size += abs(product)
                }
                let found = Double(together[token * rows + row])
                // Float32 sums lose up to some units of the last place of the sum of magnitudes.
                guard abs(found - sum) <= 1e-6 * size + 1e-7 else {
                    throw ConformanceFailure("\(place): [\(token)][\(row)] is \(found), expected \(sum)")
                }
            }
        }
        guard backend.isBatchInvariant else { return }
        for token in 0..<tokens {
            let row = Array(input[(token * columns)..<((token + 1) * columns)])
            let alone = try multiply(weight.matrix, row, tokens: 1, threads: 1)
            if alone.map(\.bitPattern) != together[(token * rows)..<((token + 1) * rows)].map(\.bitPattern) {
                throw ConformanceFailure("\(place): row \(token) alone differs from the same in the batch")
            }
        }
    }

    private func multiply(_ weight: WeightMatrix, _ input: [Float], tokens: Int, threads: Int) throws -> [Float] {
        let context = ComputeContext(kernels: kernels, workers: WorkerPool(threads: threads))
        let matmul = try backend.init(context: context)
        let objections = matmul.objections(to: weight)
        guard objections.isEmpty else {
            throw ConformanceFailure("\(backend.name) objects to \(weight.type.rawValue): \(objections)")
        }
        let prepared = try matmul.prepare(weight)
        let output = context.tensor(rows: tokens, columns: weight.rows)
        prepared.multiply(context.tensor(filled: input, columns: weight.columns), into: output)
        return (0..<tokens).flatMap { Array(output.row($0)) }
    }
}

/// A random weight in memory of its own, and its values as they are stored.
private final class TestWeight {
    let values: [Float]
    private let bytes: UnsafeMutableRawBufferPointer
    private let rows: Int
    private let columns: Int
    private let type: StorageType

    init(rows: Int, columns: Int, type: StorageType, kernels: Kernels, random: inout TestRandom) {
        (self.rows, self.columns, self.type) = (rows, columns, type)
        let exact = random.floats(rows * columns)
        bytes = .allocate(byteCount: rows * columns * type.bytesPerElement, alignment: 64)
        var stored = exact
        switch type {
        case .float32: bytes.copyBytes(from: exact.withUnsafeBytes { Array($0) })
        case .bfloat16:
            let words = bytes.bindMemory(to: UInt16.self)
            kernels.narrow_bf16(exact, exact.count, words.baseAddress!)
            kernels.widen_bf16(words.baseAddress!, exact.count, &stored)
        case .float16:
            let words = bytes.bindMemory(to: UInt16.self)
            kernels.narrow_f16(exact, exact.count, words.baseAddress!)
            kernels.widen_f16(words.baseAddress!, exact.count, &stored)
        }
        values = stored
    }

    deinit { bytes.deallocate() }

    var matrix: WeightMatrix {
        WeightMatrix(
            name: "test", rows: rows, columns: columns, type: type, bytes: UnsafeRawBufferPointer(bytes), owner: self)
    }
}
