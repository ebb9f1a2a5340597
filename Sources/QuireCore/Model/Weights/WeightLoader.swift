/// Hands a model its weights, and remembers which were claimed and what the layers need.
public final class WeightLoader {
    let source: any WeightSource
    let matmul: any MatmulBackend
    let context: ComputeContext
    private let isDryRun: Bool
    private var claimed: Set<String> = []
    private var ignoredSuffixes: [String] = []
    private var ignoredPrefixes: [String] = []
    /// The attention of each layer that has a cache, in the order of layers.
    public private(set) var attentionShapes: [AttentionShape] = []
    /// Bytes of the claimed weights that are read in their files as long as the model lives.
    public private(set) var mappedBytes = 0
    /// Bytes of the copies that the backend made, and of weights made at loading that it reads as they are.
    public private(set) var packedBytes = 0
    private var keptWeights: Set<String> = []
    /// Weights of which some parts are claimed and others not yet.
    private var wholes: [String: (weight: WeightMatrix, partsLeft: Int)] = [:]
    /// Bytes of the matrices by type.
    public private(set) var matrixBytes: [StorageType: Int] = [:]
    /// The widest output of a linear layer other than the vocabulary's.
    public private(set) var widestActivation = 0

    /// - Parameter isDryRun: takes note of the weights' sizes and makes none; then `matmul` must read none.
    public init(
        source: any WeightSource, matmul: any MatmulBackend, context: ComputeContext, isDryRun: Bool = false
    ) {
        self.source = source
        self.matmul = matmul
        self.context = context
        self.isDryRun = isDryRun
    }

    /// The scope of the whole checkpoint.
    public var root: WeightScope { WeightScope(loader: self, prefix: "") }

    /// - Throws: `WeightError` naming what the checkpoint has and the model did not claim.
    public func checkEverythingClaimed() throws(WeightError) {
        let surplus = source.names.filter { name in
            !claimed.contains(name) && !ignoredSuffixes.contains { name.hasSuffix($0) }
                && !ignoredPrefixes.contains { name.hasPrefix($0) }
        }
        if surplus.isEmpty { return }
        let shown = surplus.sorted().prefix(5).map { "'\($0)'" }.joined(separator: ", ")
        let more = surplus.count > 5 ? " and \(surplus.count - 5) more" : ""
        throw WeightError(place: source.place, problem: "has weights that the model does not use: \(shown)\(more)")
    }

    func ignore(suffix: String) { ignoredSuffixes.append(suffix) }
    func ignore(prefix: String) { ignoredPrefixes.append(prefix) }

    func claim(_ name: String, shape: [Int]) throws(WeightError) -> WeightMatrix { try claim(name, shapes: [shape]) }

    /// - Parameter shapes: any of which is right; all but the last dimension count the rows.
    func claim(_ name: String, shapes: [[Int]]) throws(WeightError) -> WeightMatrix {
        let (stored, type) = try find(name, shapes: shapes)
        let (rows, columns) = (stored.rows, stored.columns)
        let isNew = claimed.insert(name).inserted
        if let recipe = stored.recipe { return try weight(name, recipe, rows: rows, columns: columns) }
        if isNew { mappedBytes += stored.bytes.count }
        return WeightMatrix(
            name: name, rows: rows, columns: columns, type: type, bytes: stored.bytes, owner: stored.owner,
            release: stored.release)
    }

    /// Some rows of a weight that holds those of several layers, one after the other.
    func claim(
        _ name: String, part: Int, of parts: Int, rows: Int, columns: Int
    ) throws(WeightError) -> WeightMatrix {
        // A whole that is made at loading is made once, and goes with the last of its parts.
        let whole: WeightMatrix
        if let known = wholes[name]?.weight {
            whole = known
        } else {
            whole = try claim(name, shapes: Self.stackedShapes(parts, rows, columns))
        }
        let left = (wholes[name]?.partsLeft ?? parts) - 1
        wholes[name] = left > 0 ? (whole, left) : nil
        return whole.rows((part * rows)..<((part + 1) * rows), named: Self.partName(name, part))
    }

    private static func stackedShapes(_ parts: Int, _ rows: Int, _ columns: Int) -> [[Int]] {
        [[parts, rows, columns], [parts * rows, columns]]
    }

    private static func partName(_ name: String, _ part: Int) -> String { "\(name)[\(part)]" }

    /// A tensor, whose shape, type and size are checked, and none of whose values is read.
    private func find(_ name: String, shapes: [[Int]]) throws(WeightError) -> (StoredTensor, StorageType) {
        guard let stored = source.tensor(named: name) else {
            throw WeightError(
                place: source.place, problem: "has no weight '\(name)', which the model needs with shape \(shapes[0])")
        }
        guard shapes.contains(stored.shape) else {
            throw WeightError(
                place: source.place,
                problem: "weight '\(name)' has shape \(stored.shape); config.json asks for \(shapes[0])")
        }
        guard let type = StorageType(rawValue: stored.typeName) else {
            let known = StorageType.inFiles.map(\.rawValue).joined(separator: ", ")
            throw WeightError(
                place: source.place,
                problem: "weight '\(name)' is stored as \(stored.typeName); this build runs \(known)")
        }
        guard stored.columns % type.elementsPerBlock == 0 else {
            throw WeightError(
                place: source.place,
                problem: "weight '\(name)' has rows of \(stored.columns); \(stored.typeName) packs "
                    + "\(type.elementsPerBlock) elements into a block, and a row is whole blocks")
        }
        let size = stored.rows * type.bytes(forColumns: stored.columns)
        guard stored.recipe != nil || stored.bytes.count == size else {
            throw WeightError(
                place: source.place,
                problem: "weight '\(name)' has \(stored.bytes.count) bytes; \(stored.shape) as \(stored.typeName) "
                    + "takes \(size)")
        }
        return (stored, type)
    }

    /// A weight that its file holds in another layout, made now; in a dry run its size alone.
    private func weight(
        _ name: String, _ recipe: any WeightRecipe, rows: Int, columns: Int
    ) throws(WeightError) -> WeightMatrix {
        let type = recipe.type
        if isDryRun { return WeightMatrix(sizing: name, rows: rows, columns: columns, type: type) }
        let byteCount = rows * type.bytes(forColumns: columns)
        let made = try MadeWeight(recipe, byteCount: byteCount, context: context)
        return WeightMatrix(name: name, rows: rows, columns: columns, type: type, made: made)
    }

    /// A weight that a model makes of another one.
    func make(_ recipe: some WeightRecipe, named name: String) throws(WeightError) -> WeightMatrix {
        try weight(name, recipe, rows: recipe.shape.dropLast().reduce(1, *), columns: recipe.shape.last ?? 1)
    }

    /// The names of the tensors that the model uses.
    public var claimedNames: Set<String> { claimed }

    /// Takes note that a weight is read as it is for as long as the model lives.
    func keep(_ weight: WeightMatrix) {
        guard weight.isMade, keptWeights.insert(weight.name).inserted else { return }
        packedBytes += weight.byteCount
    }

    /// A weight that is multiplied by, as an earlier process kept it, or read and prepared.
    func matrix(_ name: String, rows: Int, columns: Int, isVocabulary: Bool) throws -> any PreparedMatrix {
        let (stored, type) = try find(name, shapes: [[rows, columns]])
        if let kept = restore(name, of: name, rows: rows, columns: columns, type: type, isVocabulary: isVocabulary) {
            return kept
        }
        let prepared = try prepare(claim(name, shape: [rows, columns]), isVocabulary: isVocabulary)
        // Its file was read once, and the backend has given the pages back.
        if isCopied(rows: rows, columns: columns, type: type) { mappedBytes -= stored.bytes.count }
        return prepared
    }

    /// One of several weights that lie in one.
    func matrix(_ name: String, part: Int, of parts: Int, rows: Int, columns: Int) throws -> any PreparedMatrix {
        let (stored, type) = try find(name, shapes: Self.stackedShapes(parts, rows, columns))
        let partName = Self.partName(name, part)
        if let kept = restore(partName, of: name, rows: rows, columns: columns, type: type, isVocabulary: false) {
            return kept
        }
        let prepared = try prepare(
            claim(name, part: part, of: parts, rows: rows, columns: columns), isVocabulary: false)
        if isCopied(rows: rows, columns: columns, type: type) { mappedBytes -= stored.bytes.count / parts }
        return prepared
    }

    /// What an earlier process kept of a weight, which is a part or all of the tensor `whole`.
    private func restore(
        _ name: String, of whole: String, rows: Int, columns: Int, type: StorageType, isVocabulary: Bool
    ) -> (any PreparedMatrix)? {
        guard !isDryRun, let kept = matmul.restore(name, rows: rows, columns: columns, type: type) else { return nil }
        claimed.insert(whole)
        _ = account(rows: rows, columns: columns, type: type, isVocabulary: isVocabulary)
        return kept
    }

    private func isCopied(rows: Int, columns: Int, type: StorageType) -> Bool {
        matmul.packedBytes(rows: rows, columns: columns, type: type) > 0
    }

    func prepare(_ weight: WeightMatrix, isVocabulary: Bool) throws -> any PreparedMatrix {
        let objections = matmul.objections(to: weight)
        guard objections.isEmpty else {
            throw WeightError(
                place: source.place,
                problem: "the matmul backend '\(type(of: matmul).name)' cannot serve weight '\(weight.name)': "
                    + objections.joined(separator: "; "))
        }
        let isCopied = account(
            rows: weight.rows, columns: weight.columns, type: weight.type, isVocabulary: isVocabulary)
        if !isCopied { keep(weight) }
        let prepared = try matmul.prepare(weight)
        return weight.order.map { PermutedMatrix(prepared, order: $0) } ?? prepared
    }

    /// Takes note of what a matrix costs.
    ///
    /// - Returns: whether the backend makes a copy.
    private func account(rows: Int, columns: Int, type: StorageType, isVocabulary: Bool) -> Bool {
        matrixBytes[type, default: 0] += rows * type.bytes(forColumns: columns)
        if !isVocabulary { widestActivation = max(widestActivation, rows, columns) }
        let copied = matmul.packedBytes(rows: rows, columns: columns, type: type)
        packedBytes += copied
        return copied > 0
    }

    func addAttention(_ shape: AttentionShape) -> Int {
        attentionShapes.append(shape)
        widestActivation = max(widestActivation, shape.queryWidth, shape.outputWidth)
        return attentionShapes.count - 1
    }
}
