import QuireCore

/// A checkpoint's weights, of which the matrices are quantised while they are loaded: what `--quantization` asks for.
struct QuantizingWeights: WeightSource {
    private let weights: CheckpointWeights
    private let types: TensorTypes
    private let naming: GGUFNaming?

    /// - Parameter naming: tells which matrices are which.
    init(_ weights: CheckpointWeights, _ types: TensorTypes, naming: GGUFNaming?) {
        self.weights = weights
        self.types = types
        self.naming = naming
    }

    var place: String { weights.place }
    var names: [String] { weights.names }

    func tensor(named name: String) -> StoredTensor? {
        guard let stored = weights.tensor(named: name) else { return nil }
        guard stored.shape.count >= 2, Self.isMatrix(name), let storedType = StorageType(rawValue: stored.typeName),
            let type = types.type(of: naming?.tensorName(of: name), shape: stored.shape), type != storedType
        else { return stored }
        return StoredTensor(recipe: QuantizingRecipe(name, stored, from: storedType, to: type, place: place))
    }

    /// Matrices that get another type than the format's because their rows do not divide into its blocks, by name.
    var substitutes: [(name: String, columns: Int, type: String)] {
        names.sorted().compactMap { name in
            let known = naming?.tensorName(of: name)
            guard let stored = weights.tensor(named: name), stored.shape.count >= 2, Self.isMatrix(name),
                types.quantizes(known)
            else {
                return nil
            }
            let fitting = types.type(of: known, shape: stored.shape)
            return fitting == types.wantedType(of: known)
                ? nil : (name, stored.columns, fitting?.rawValue ?? stored.typeName)
        }
    }

    /// Whether a tensor of two dimensions is not rather one norm, or one bias, for each head or expert.
    private static func isMatrix(_ name: String) -> Bool { !name.contains("norm") && !name.hasSuffix("bias") }
}
