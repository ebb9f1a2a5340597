import QuireCore
import QuireFormats

/// The layers of a checkpoint whose weights are quantised, each under the name that a model asks for: `….weight`, or for
/// experts in one tensor the name without its ending.
struct QuantizedLayers {
    private(set) var recipes: [String: any WeightRecipe] = [:]
    /// The tensors that are no part of them.
    private(set) var rest: [String: TensorEntry]

    /// What quantised activations and caches need. Both stay as exact here as they are.
    private static let unused = [
        ".input_scale", ".input_zero_point", ".output_scale", ".output_zero_point", ".q_scale", ".k_scale", ".v_scale",
    ]

    /// Finds the layers by their tensors and checks that these fit each other.
    ///
    /// - Throws: `WeightError` that names the tensor.
    init(_ entries: [String: TensorEntry], scheme: QuantizationScheme, place: String) throws(WeightError) {
        rest = entries
        for name in entries.keys.sorted() {
            switch scheme {
            case .gptq(let groups, let zeroOffset, let isActOrdered):
                guard let layer = Self.layer(name, "qweight", entries, place) else { continue }
                let weight = try GPTQWeight(
                    layer, groups: groups, zeroOffset: zeroOffset, isActOrdered: isActOrdered)
                try add(weight, layer, GPTQWeight.parts)
            case .awq(let groups):
                guard let layer = Self.layer(name, "qweight", entries, place) else { continue }
                try add(try AWQWeight(layer, groups: groups), layer, AWQWeight.parts)
            case .compressedTensors(_, let block), .fp8(let block):
                if let layer = Self.layer(name, "weight_packed", entries, place) {
                    let packing = try Packing(layer)
                    if packing.bits == 4 {
                        try add(try PackedWeight(layer, packing), layer, PackedWeight.parts)
                    } else {
                        try add(try PackedByteWeight(layer, packing), layer, PackedByteWeight.parts)
                    }
                } else if let layer = Self.layer(name, "weight", entries, place), let type = entries[name]?.type,
                    ByteWeight.types.contains(type)
                {
                    let weight = try ByteWeight(layer, block: block)
                    try add(weight, layer, weight.parts)
                }
                if Self.unused.contains(where: name.hasSuffix) { rest[name] = nil }
            case .mxfp4:
                guard let layer = Self.experts(name, entries, place) else { continue }
                try add(try MXFP4Weight(layer), layer, MXFP4Weight.parts, as: String(layer.prefix.dropLast()))
            }
        }
    }

    private static func layer(
        _ name: String, _ suffix: String, _ entries: [String: TensorEntry], _ place: String
    ) -> LayerTensors? {
        guard name.hasSuffix("." + suffix) else { return nil }
        return LayerTensors(place: place, prefix: String(name.dropLast(suffix.count)), entries: entries)
    }

    /// Experts that lie in one tensor: found by their blocks, or by scales that have none.
    private static func experts(
        _ name: String, _ entries: [String: TensorEntry], _ place: String
    ) -> LayerTensors? {
        guard let part = MXFP4Weight.parts.first(where: { name.hasSuffix("_" + $0) }) else { return nil }
        let layer = LayerTensors(place: place, prefix: String(name.dropLast(part.count)), entries: entries)
        return part == MXFP4Weight.parts[0] || layer.tensor(MXFP4Weight.parts[0]) == nil ? layer : nil
    }

    /// - Parameter name: of the weight, where it is not `….weight`.
    private mutating func add(
        _ recipe: some WeightRecipe, _ layer: LayerTensors, _ parts: [String], as name: String? = nil
    ) throws(WeightError) {
        for part in parts { rest[layer.prefix + part] = nil }
        let name = name ?? layer.prefix + "weight"
        guard rest[name] == nil, recipes.updateValue(recipe, forKey: name) == nil else {
            throw WeightError(
                place: layer.place,
                problem: "weight '\(name)' is there beside '\(layer.prefix)\(parts[0])'; expected one of the two")
        }
    }
}
