import QuireCore

/// How the weights of a checkpoint in Hugging Face's layout are quantised, as `quantization_config` of `config.json` says.
///
/// Which layers are quantised is told by their tensors, not by the lists of layers that are left out.
package enum QuantizationScheme: Equatable {
    /// - Parameters:
    ///   - zeroOffset: what is added to each zero point of the file: 1, but for `gptq_v2`.
    ///   - isActOrdered: whether each layer must say to which group a channel belongs.
    case gptq(groups: GroupSize, zeroOffset: UInt8, isActOrdered: Bool)
    case awq(groups: GroupSize)
    /// - Parameters:
    ///   - format: how the weights are stored, such as `int-quantized`.
    ///   - block: rows and columns that share a scale, where the scheme says so.
    case compressedTensors(format: String, block: ScaleBlock?)
    case fp8(block: ScaleBlock?)
    /// The experts of gpt-oss.
    case mxfp4
}

extension QuantizationScheme: CustomStringConvertible {
    var method: String {
        switch self {
        case .gptq: "gptq"
        case .awq: "awq"
        case .compressedTensors: "compressed-tensors"
        case .fp8: "fp8"
        case .mxfp4: "mxfp4"
        }
    }

    package var description: String {
        let parts: [String?] =
            switch self {
            case .gptq(let groups, _, let isActOrdered): ["4 bits", "\(groups)", isActOrdered ? "act-order" : nil]
            case .awq(let groups): ["4 bits", "\(groups)"]
            case .compressedTensors(let format, let block): [format, block.map { "\($0)" }]
            case .fp8(let block): ["E4M3", block.map { "\($0)" }]
            case .mxfp4: ["blocks of 32"]
            }
        return ([method] + parts.compactMap(\.self)).joined(separator: ", ")
    }
}

/// How many neighbouring input channels of a row share a scale.
package enum GroupSize: Equatable, CustomStringConvertible {
    case columns(Int)
    case wholeRow

    static let valid = "32, 64, 128 or another multiple of 32, or -1 for whole rows"

    init?(_ number: Int) {
        switch number {
        case -1: self = .wholeRow
        case 1... where number % 32 == 0: self = .columns(number)
        default: return nil
        }
    }

    /// The number for rows of a length, or nil where it does not divide them.
    func columns(ofRow length: Int) -> Int? {
        switch self {
        case .wholeRow: length
        case .columns(let count): length % count == 0 ? count : nil
        }
    }

    package var description: String {
        switch self {
        case .wholeRow: "a scale per row"
        case .columns(let count): "groups of \(count)"
        }
    }
}

/// The part of a weight that shares a scale where scales are for two dimensions.
package struct ScaleBlock: Equatable, CustomStringConvertible {
    let rows: Int
    let columns: Int

    package var description: String { "blocks of \(rows) × \(columns)" }
}
