import QuireCore
import QuireFormats

/// How `pack-quantized` has packed a weight: `weight_packed` has its words, `weight_shape` what they hold.
struct Packing {
    let words: TensorEntry
    let rows: Int
    let columns: Int
    /// Of each number, 4 or 8.
    let bits: Int
    /// What the shapes of other tensors follow from, for messages.
    let reason: String

    /// - Throws: `WeightError` for a tensor that is missing, or a shape that the words do not hold.
    init(_ layer: LayerTensors) throws(WeightError) {
        words = try layer.matrix("weight_packed", [.i32])
        reason = "'weight_packed' of \(words.shape)"
        let (rows, wordsPerRow) = (words.shape[0], words.shape[1])
        let declared = try layer.tensor("weight_shape", [.i64], shape: [2], because: reason).integers
        switch declared {
        case [Int64(rows), Int64(wordsPerRow * 8)]: bits = 4
        case [Int64(rows), Int64(wordsPerRow * 4)]: bits = 8
        default:
            throw layer.error(
                "weight_shape",
                "says \(declared); \(reason) holds [\(rows), \(wordsPerRow * 8)] with 4 bits or "
                    + "[\(rows), \(wordsPerRow * 4)] with 8")
        }
        (self.rows, columns) = (rows, wordsPerRow * 32 / bits)
        try layer.checkRow(of: columns, "weight_packed")
    }
}

extension TensorEntry {
    /// The elements of an `i64` tensor.
    fileprivate var integers: [Int64] {
        bytes.withUnsafeBytes { bytes in
            (0..<elementCount).map {
                Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))
            }
        }
    }
}
