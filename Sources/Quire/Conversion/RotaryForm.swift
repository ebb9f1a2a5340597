import Foundation
import QuireCore

/// How a model's rotary embedding is written in GGUF: the base, the scaling, and where rows of queries and keys go.
struct RotaryForm {
    let base: Double
    /// What all frequencies are divided by, where that is one number above 1.
    let linearFactor: Double?
    /// What each frequency is divided by, where they differ: the tensor `rope_freqs`.
    let factorWeight: [Float]?
    private let heads: [String: Int]

    /// - Throws: `ConfigurationError`.
    init(_ config: ModelConfiguration, _ naming: GGUFNaming) throws(ConfigurationError) {
        let queryHeads = try config.positive("num_attention_heads")
        let headDim = try config.positive("head_dim", default: config.positive("hidden_size") / queryHeads)
        let rotary = try RotaryEmbedding(config: config, dimensions: headDim)
        base = rotary.base
        let plain = (0..<rotary.frequencies.count).map { pow(rotary.base, -2 * Double($0) / Double(headDim)) }
        let factors = zip(plain, rotary.frequencies).map { Float($0 / $1) }
        let first = factors.first ?? 1
        if factors.allSatisfy({ $0 == first }) {
            linearFactor = first == 1 ? nil : Double(first)
            factorWeight = nil
        } else {
            linearFactor = nil
            factorWeight = factors
        }
        var heads: [String: Int] = [:]
        if rotary.layout == .half {
            for (tensor, field) in naming.rotatedRows {
                heads[tensor] = try config.positive(field, default: queryHeads)
            }
        }
        self.heads = heads
    }

    /// The heads of a tensor whose rows must change places, or `nil`.
    ///
    /// Hugging Face rotates the halves of a head, GGUF's LLaMA adjacent rows.
    func headsToReorder(tensor: String) -> Int? {
        let parts = tensor.split(separator: ".")
        return parts.count == 4 && parts[0] == "blk" ? heads[String(parts[2])] : nil
    }
}
