/// A place among a checkpoint's weights, such as `model.layers.0.self_attn`, from which layers claim what they need.
public struct WeightScope {
    let loader: WeightLoader
    /// The dotted path of this place; empty at the root.
    public let path: String

    init(loader: WeightLoader, prefix: String) {
        self.loader = loader
        path = prefix
    }

    public subscript(_ name: String) -> WeightScope {
        WeightScope(loader: loader, prefix: path.isEmpty ? name : "\(path).\(name)")
    }

    public subscript(_ index: Int) -> WeightScope { self["\(index)"] }

    /// Whether the checkpoint has a tensor with exactly this place's path.
    public var exists: Bool { loader.source.tensor(named: path) != nil }

    /// Lets tensors whose names end so stay unclaimed: buffers that a model computes for itself.
    public func ignore(suffix: String) { loader.ignore(suffix: suffix) }

    /// Lets tensors whose names begin so stay unclaimed: parts of a checkpoint that no pass needs.
    public func ignore(prefix: String) { loader.ignore(prefix: prefix) }

    /// The tensor at this place as float32 values.
    ///
    /// - Throws: `WeightError` where it is missing or has another shape or type.
    public func vector(count: Int) throws(WeightError) -> WeightVector {
        WeightVector(try loader.claim(path, shape: [count]), context: loader.context)
    }

    /// All numbers of a small tensor of several rows, one row after the other.
    public func vector(rows: Int, count: Int) throws(WeightError) -> WeightVector {
        WeightVector(try loader.claim(path, shape: [rows, count]), context: loader.context)
    }

    /// One of several vectors that lie in one tensor, `[parts · count]` or `[parts, count]`.
    public func vector(part: Int, of parts: Int, count: Int) throws(WeightError) -> WeightVector {
        let whole = try loader.claim(path, shapes: [[parts, count], [parts * count]])
        return WeightVector(whole, context: loader.context, range: (part * count)..<((part + 1) * count))
    }

    /// One of several matrices that lie in one tensor, `[parts · rows, columns]` or `[parts, rows, columns]`.
    ///
    /// - Throws: `WeightError` where it is missing or has another shape or type.
    public func matrix(part: Int, of parts: Int, rows: Int, columns: Int) throws(WeightError) -> WeightMatrix {
        try loader.claim(path, part: part, of: parts, rows: rows, columns: columns)
    }

    /// A matrix turned over, `[columns, rows]`: plain types keep theirs, others become float32.
    public func transposed(_ weight: WeightMatrix) throws(WeightError) -> WeightMatrix {
        try loader.make(TransposingRecipe(weight), named: "\(weight.name) transposed")
    }

    func prepared(part: Int, of parts: Int, rows: Int, columns: Int) throws -> any PreparedMatrix {
        try loader.matrix(path, part: part, of: parts, rows: rows, columns: columns)
    }

    func matrix(rows: Int, columns: Int) throws(WeightError) -> WeightMatrix {
        try loader.claim(path, shape: [rows, columns])
    }

    func prepared(rows: Int, columns: Int, isVocabulary: Bool) throws -> any PreparedMatrix {
        try loader.matrix(path, rows: rows, columns: columns, isVocabulary: isVocabulary)
    }
}
