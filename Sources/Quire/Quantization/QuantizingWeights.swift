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
        guard stored.shape.count == 2, let storedType = StorageType(rawValue: stored.typeName),
            let type = TensorTypes.fitting(wantedType(of: name), columns: stored.shape[1]), type != storedType
        else { return stored }
        return StoredTensor(recipe: QuantizingRecipe(name, stored, from: storedType, to: type, place: place))
    }

    /// Matrices that get another type than the format's because their rows do not divide into its blocks, by name.
    var substitutes: [(name: String, columns: Int, type: String)] {
        names.sorted().compactMap { name in
            guard let stored = weights.tensor(named: name), stored.shape.count == 2 else { return nil }
            let wanted = wantedType(of: name)
            let fitting = TensorTypes.fitting(wanted, columns: stored.shape[1])
            return fitting == wanted ? nil : (name, stored.shape[1], fitting?.rawValue ?? stored.typeName)
        }
    }

    private func wantedType(of name: String) -> StorageType { types.wantedType(of: naming?.tensorName(of: name)) }
}
