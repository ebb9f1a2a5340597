/// What each format calls the element types.
extension ElementType {
    /// The type that a safetensors header calls `name`, for example `BF16`.
    public init?(safetensorsName name: String) {
        guard let type = Self.safetensorsTypes[name] else { return nil }
        self = type
    }

    /// The type that PyTorch calls `name`, for example `bfloat16`.
    public init?(torchName name: String) {
        guard let type = Self.torchTypes[name] else { return nil }
        self = type
    }

    /// The type with this number in a GGUF file (`enum ggml_type`).
    public init?(ggufNumber number: UInt32) {
        guard let type = Self.ggufTypes[number] else { return nil }
        self = type
    }

    /// The number of this type in a GGUF file, or nil where GGUF has none.
    public var ggufNumber: UInt32? {
        Self.ggufTypes.first { $0.value == self }?.key
    }

    static let safetensorsTypes: [String: ElementType] = [
        "F64": .f64, "F32": .f32, "F16": .f16, "BF16": .bf16,
        "F8_E4M3": .f8_e4m3, "F8_E5M2": .f8_e5m2, "F8_E8M0": .f8_e8m0,
        "I64": .i64, "I32": .i32, "I16": .i16, "I8": .i8,
        "U64": .u64, "U32": .u32, "U16": .u16, "U8": .u8,
        "BOOL": .bool,
    ]

    static let torchTypes: [String: ElementType] = [
        "float64": .f64, "float32": .f32, "float16": .f16, "bfloat16": .bf16,
        "float8_e4m3fn": .f8_e4m3, "float8_e5m2": .f8_e5m2, "float8_e8m0fnu": .f8_e8m0,
        "int64": .i64, "int32": .i32, "int16": .i16, "int8": .i8,
        "uint64": .u64, "uint32": .u32, "uint16": .u16, "uint8": .u8,
        "bool": .bool,
    ]

    /// The class of a typed storage in a PyTorch checkpoint names the element type.
    static let torchStorages: [String: ElementType] = [
        "DoubleStorage": .f64, "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16,
        "LongStorage": .i64, "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8,
        "ByteStorage": .u8, "BoolStorage": .bool,
    ]

    static let ggufTypes: [UInt32: ElementType] = [
        0: .f32, 1: .f16, 2: .q4_0, 3: .q4_1, 6: .q5_0, 7: .q5_1, 8: .q8_0, 9: .q8_1,
        10: .q2_k, 11: .q3_k, 12: .q4_k, 13: .q5_k, 14: .q6_k, 15: .q8_k,
        16: .iq2_xxs, 17: .iq2_xs, 18: .iq3_xxs, 19: .iq1_s, 20: .iq4_nl, 21: .iq3_s, 22: .iq2_s, 23: .iq4_xs,
        24: .i8, 25: .i16, 26: .i32, 27: .i64, 28: .f64, 29: .iq1_m, 30: .bf16,
        34: .tq1_0, 35: .tq2_0, 39: .mxfp4, 40: .nvfp4, 41: .q1_0,
    ]

    /// Numbers that GGUF once had and its readers no longer know.
    static let removedGGUFTypes: [UInt32: String] = [
        4: "Q4_2", 5: "Q4_3", 31: "Q4_0_4_4", 32: "Q4_0_4_8", 33: "Q4_0_8_8",
        36: "IQ4_NL_4_4", 37: "IQ4_NL_4_8", 38: "IQ4_NL_8_8",
    ]
}
