import QuireCore

/// Which type each tensor of a model gets in a format, by its GGUF name.
///
/// The choices are llama.cpp's. Matrices get the format's type. The output matrix, which is the embedding where that is
/// tied, gets Q6_K, and Q8_0 in a Q8_0 model. Mixes give more bits to the first and the last eighth of the layers and to
/// every third one between. What is no matrix stays as it is, norms and biases, and so does what chooses experts.
struct TensorTypes {
    let format: WeightFormat
    let layerCount: Int
    /// Whether the output matrix is another than the embedding.
    let hasOutput: Bool

    /// The type of a tensor, or `nil` where it is to stay as it is stored.
    ///
    /// - Parameters:
    ///   - name: `nil` where GGUF knows no name for it.
    ///   - shape: outermost first.
    func type(of name: String?, shape: [Int]) -> StorageType? {
        guard shape.count >= 2, quantizes(name) else { return nil }
        return Self.fitting(wantedType(of: name), columns: shape[shape.count - 1])
    }

    /// Whether a matrix is stored in the format at all: what chooses experts is small, and worth every bit, as are tables
    /// of positions.
    func quantizes(_ name: String?) -> Bool {
        guard format.isQuantized, let name else { return true }
        return !name.hasSuffix(".ffn_gate_inp.weight") && name != "position_embd.weight"
    }

    /// The type of a matrix whose rows divide into the type's blocks.
    func wantedType(of name: String?) -> StorageType {
        guard let name, format.isQuantized else { return format.type }
        if name == "output.weight" || (name == "token_embd.weight" && !hasOutput) {
            return format.type == .q8_0 ? .q8_0 : .q6_k
        }
        guard let richer = format.richerType, name.hasSuffix(".attn_v.weight") || name.hasSuffix(".ffn_down.weight"),
            let layer = GGUFNaming.layer(of: name), deservesMore(layer)
        else { return format.type }
        return richer
    }

    private func deservesMore(_ layer: Int) -> Bool {
        let eighth = layerCount / 8
        return layer < eighth || layer >= 7 * layerCount / 8 || (layer - eighth) % 3 == 2
    }

    /// The type, or where rows do not divide into its blocks the next better one that they divide into.
    ///
    /// - Returns: `nil` where there is none: rows are not a multiple of 32.
    static func fitting(_ type: StorageType, columns: Int) -> StorageType? {
        if columns % type.elementsPerBlock == 0 { return type }
        switch type {
        case .q2_k, .q3_k, .iq4_xs: return fitting(.iq4_nl, columns: columns)
        case .q4_k: return fitting(.q5_0, columns: columns)
        case .q5_k: return fitting(.q5_1, columns: columns)
        case .q6_k: return fitting(.q8_0, columns: columns)
        default: return nil
        }
    }
}
