import QuireCore

/// How the matrices of a model shall be stored: one type, or a mix of two under llama.cpp's name for it.
public struct WeightFormat: Sendable, Equatable, CustomStringConvertible {
    /// What users call it: a storage type such as `q4_0`, or a mix such as `q4_k_m`.
    public let name: String
    /// The type of most matrices.
    public let type: StorageType
    /// The type of every other value projection and feed-forward output, roughly: they are worth more bits.
    let richerType: StorageType?

    /// Every format, plain types first.
    public static let all: [WeightFormat] =
        StorageType.inFiles.map { WeightFormat(name: $0.rawValue, type: $0, richerType: nil) } + [
            WeightFormat(name: "q4_k_m", type: .q4_k, richerType: .q6_k),
            WeightFormat(name: "q5_k_m", type: .q5_k, richerType: .q6_k),
        ]

    /// Those that quantise.
    public static var quantized: [WeightFormat] { all.filter(\.isQuantized) }

    public static let bfloat16 = WeightFormat(name: "bf16", type: .bfloat16, richerType: nil)

    public var isQuantized: Bool { type.isQuantized }
    public var description: String { name }

    private init(name: String, type: StorageType, richerType: StorageType?) {
        self.name = name
        self.type = type
        self.richerType = richerType
    }

    /// The format of that name.
    ///
    /// - Throws: `OptionError` that lists the names among `formats`.
    public init(
        named name: String, option: String = "quantization", among formats: [WeightFormat] = all
    ) throws(OptionError) {
        guard let format = formats.first(where: { $0.name == name.lowercased() }) else {
            let known = formats.map(\.name).joined(separator: ", ")
            throw OptionError(name: option, value: name, expected: known)
        }
        self = format
    }

    /// `general.file_type` of a GGUF file in this format, which readers show to people (`enum llama_ftype`).
    var ggufFileType: UInt32? { Self.ggufFileTypes[name] }

    private static let ggufFileTypes: [String: UInt32] = [
        "f32": 0, "f16": 1, "q4_0": 2, "q4_1": 3, "q8_0": 7, "q5_0": 8, "q5_1": 9, "q2_k": 10, "q3_k": 11,
        "q4_k": 14, "q4_k_m": 15, "q5_k": 16, "q5_k_m": 17, "q6_k": 18, "iq4_nl": 25, "iq4_xs": 30, "bf16": 32,
        "mxfp4": 38,
    ]
}
