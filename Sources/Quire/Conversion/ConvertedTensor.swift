import QuireCore
import QuireFormats

/// A weight of a model, and what it becomes in a GGUF file.
struct ConvertedTensor {
    let tensor: GGUFTensor
    private let weight: WeightMatrix
    private let type: StorageType
    /// Whether the format's own type does not fit its rows.
    let isSubstitute: Bool
    private let source: @Sendable (_ row: Int) -> Int

    /// Bytes that are read before their pages are given back, about.
    private static let slabBytes = 16 << 20
    /// Bytes that a thread writes at a time at least.
    private static let pieceBytes = 1 << 20

    var storedBytes: Int { weight.bytes.count }
    var writtenBytes: Int { weight.rows * type.bytes(forColumns: weight.columns) }

    /// The tensors of a model in the order that GGUF files have: embedding, layers, the rest.
    ///
    /// - Parameter names: the weights that the model claims.
    static func all(
        _ names: Set<String>, _ files: ModelFiles, _ naming: GGUFNaming, _ format: WeightFormat?, _ rotary: RotaryForm
    ) throws -> [ConvertedTensor] {
        let types = try format.map { try files.tensorTypes($0) }
        var tensors = try names.map { name in
            guard let stored = files.weights.tensor(named: name), let ggufName = naming.tensorName(of: name) else {
                throw ConversionError(place: files.weights.place, problem: "GGUF has no name for the weight '\(name)'")
            }
            return try ConvertedTensor(name, ggufName, stored, types, rotary)
        }
        tensors.sort { ($0.rank, $0.tensor.name) < ($1.rank, $1.tensor.name) }
        if let factors = rotary.factorWeight { tensors.append(try ConvertedTensor(factors: factors)) }
        return tensors
    }

    private var rank: Int {
        tensor.name.hasPrefix("token_embd") ? -1 : GGUFNaming.layer(of: tensor.name) ?? Int.max
    }

    private init(
        _ name: String, _ ggufName: String, _ stored: StoredTensor, _ types: TensorTypes?, _ rotary: RotaryForm
    ) throws {
        guard let storedType = StorageType(rawValue: stored.typeName) else {
            preconditionFailure("the model claims a weight of a type that it cannot read")
        }
        let isMatrix = stored.shape.count == 2
        let heads = rotary.headsToReorder(tensor: ggufName)
        // A bias whose entries change places is a matrix of one column.
        let rows = isMatrix || heads != nil ? stored.shape[0] : 1
        let columns = isMatrix ? stored.shape[1] : stored.shape[0] / rows
        weight = WeightMatrix(
            name: name, rows: rows, columns: columns, type: storedType, bytes: stored.bytes, owner: stored.owner,
            release: stored.release)
        let wanted = isMatrix ? types?.wantedType(of: ggufName) ?? storedType : .float32
        let fitting = TensorTypes.fitting(wanted, columns: columns)
        isSubstitute = fitting != wanted
        // Without a type that fits, a matrix keeps its floats; llama.cpp takes vectors as float32 alone.
        type = fitting ?? storedType
        tensor = GGUFTensor(name: ggufName, type: ElementType(type), shape: stored.shape)
        if let heads {
            let size = rows / heads
            // Pairs of rows that lie half a head apart become neighbours.
            source = { row in row / size * size + row % 2 * (size / 2) + row % size / 2 }
        } else {
            source = { $0 }
        }
    }

    private init(factors: [Float]) throws {
        let copy = OwnedBytes(count: factors.count * MemoryLayout<Float>.stride)
        factors.withUnsafeBytes { copy.bytes.copyMemory(from: $0) }
        weight = WeightMatrix(
            name: "rope_freqs.weight", rows: 1, columns: factors.count, type: .float32,
            bytes: UnsafeRawBufferPointer(copy.bytes), owner: copy)
        type = .float32
        tensor = GGUFTensor(name: weight.name, type: .f32, shape: [factors.count])
        isSubstitute = false
        source = { $0 }
    }

    func encoder(kernels: Kernels) -> RowEncoder {
        RowEncoder(weight: weight, type: type, kernels: kernels, source: source)
    }

    /// Calls `body` with ranges of rows on all threads, and gives pages of the source back in between.
    func forPieces(workers: WorkerPool, _ body: (Range<Int>) -> Void) {
        let rowBytes = max(1, weight.rowBytes)
        let slab = max(1, Self.slabBytes / rowBytes)
        for start in stride(from: 0, to: weight.rows, by: slab) {
            workers.runRanges(min(slab, weight.rows - start), grain: max(1, Self.pieceBytes / rowBytes)) { range in
                body(range.lowerBound + start..<range.upperBound + start)
            }
            weight.releasePages()
        }
    }
}
