import QuireCore
import QuireFormats

/// A checkpoint's tensors as the core's weights, under their Hugging Face names.
package struct CheckpointWeights: WeightSource {
    package let place: String
    private let entries: [String: TensorEntry]
    /// Weights that are made at loading from several tensors.
    private let recipes: [String: any WeightRecipe]

    /// The tensors of a checkpoint in Hugging Face's layout.
    ///
    /// - Parameter scheme: how some of them are quantised.
    /// - Throws: `WeightError` for a quantised layer whose tensors do not fit each other.
    package init(
        place: String, entries: [String: TensorEntry], scheme: QuantizationScheme? = nil
    ) throws(WeightError) {
        self.place = place
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
        return StoredTensor(
            shape: entry.shape, typeName: entry.type.rawValue,
            bytes: UnsafeRawBufferPointer(start: bytes.baseAddress, count: bytes.count), owner: bytes.file,
            release: { bytes.releasePages() })
    }
}
