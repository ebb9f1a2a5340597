import QuireCore
import QuireFormats

/// A checkpoint's tensors as the core's weights, under their Hugging Face names.
package struct CheckpointWeights: WeightSource {
    package let place: String
    private let entries: [String: TensorEntry]
    /// Weights that are made at loading from several tensors.
    private let recipes: [String: any WeightRecipe]
    /// How the names of tensors end that are turned over at loading.
    private let transposed: [String]

    /// The tensors of a checkpoint in Hugging Face's layout.
    ///
    /// - Parameters:
    ///   - scheme: how some of them are quantised.
    ///   - transposed: how the names of matrices end that are `[inputs, outputs]`.
    /// - Throws: `WeightError` for a quantised layer whose tensors do not fit each other.
    package init(
        place: String, entries: [String: TensorEntry], scheme: QuantizationScheme? = nil, transposed: [String] = []
    ) throws(WeightError) {
        self.place = place
        self.transposed = transposed
        guard let scheme else {
            self.entries = entries
            recipes = [:]
            return
        }
        let layers = try QuantizedLayers(entries, scheme: scheme, place: place)
        self.entries = layers.rest
        recipes = layers.recipes
    }

    /// A GGUF file's tensors, renamed; those with names that the architecture does not know keep theirs, and are
    /// complained about when nobody claims them.
    init(_ file: GGUFFile, naming: GGUFNaming) {
        place = file.path
        entries = Dictionary(
            file.tensors.map { (naming.checkpointName(of: $0.name) ?? $0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        recipes = [:]
        transposed = []
    }

    package var names: [String] { Array(entries.keys) + recipes.keys }

    /// The first quantised tensor, in the order of names.
    var firstQuantized: (name: String, type: String)? {
        entries.filter { $0.value.type.isQuantized }.min { $0.key < $1.key }.map { ($0.key, $0.value.type.rawValue) }
    }

    package func tensor(named name: String) -> StoredTensor? {
        if let recipe = recipes[name] { return StoredTensor(recipe: recipe) }
        guard let entry = entries[name] else { return nil }
        let bytes = entry.bytes
        let stored = StoredTensor(
            shape: entry.shape, typeName: entry.type.rawValue,
            bytes: UnsafeRawBufferPointer(start: bytes.baseAddress, count: bytes.count), owner: bytes.file,
            release: { bytes.releasePages() })
        return transposed.contains(where: name.hasSuffix) ? Self.transposed(stored, name) : stored
    }

    /// The tensor turned over; as it is where it is no matrix of a plain type, which whoever claims it complains about.
    private static func transposed(_ stored: StoredTensor, _ name: String) -> StoredTensor {
        guard stored.shape.count >= 2, let type = StorageType(rawValue: stored.typeName), !type.isQuantized,
            stored.bytes.count == stored.rows * type.bytes(forColumns: stored.columns)
        else { return stored }
        let weight = WeightMatrix(
            name: name, rows: stored.rows, columns: stored.columns, type: type, bytes: stored.bytes,
            owner: stored.owner, release: stored.release)
        return StoredTensor(
            recipe: TransposingRecipe(weight, matrices: stored.shape.dropLast(2).reduce(1, *)))
    }
}
