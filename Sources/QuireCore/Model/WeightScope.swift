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

    /// The tensor at this place as float32 values.
    ///
    /// - Throws: `WeightError` where it is missing or has another shape or type.
    public func vector(count: Int) throws(WeightError) -> WeightVector {
        WeightVector(try loader.claim(path, shape: [count]), context: loader.context)
    }

    func matrix(rows: Int, columns: Int) throws(WeightError) -> WeightMatrix {
        try loader.claim(path, shape: [rows, columns])
    }

    func prepared(rows: Int, columns: Int, isVocabulary: Bool) throws -> any PreparedMatrix {
        try loader.matrix(path, rows: rows, columns: columns, isVocabulary: isVocabulary)
    }
}
