import QuireCore

extension TestWeight {
    /// Fills the weight with random blocks whose scales are ordinary.
    static func fillBlocks(
        _ bytes: UnsafeMutableRawBufferPointer, type: StorageType, random: inout TestRandom
    ) {
        for index in bytes.indices { bytes[index] = UInt8(random.roll(0...255)) }
        for block in stride(from: 0, to: bytes.count, by: type.bytesPerBlock) {
            for offset in scaleOffsets(type) {
                // 2^-11 to 2^-9, of both signs: weights below 16 even under 6 bits of inner scale.
                let half = random.roll(0...1) << 15 | random.roll(4...5) << 10 | random.roll(0...1_023)
                bytes[block + offset] = UInt8(half & 255)
                bytes[block + offset + 1] = UInt8(half >> 8)
            }
            if type == .mxfp4 { bytes[block] = UInt8(random.roll(118...126)) }
            if hasFloatScale(type) {
                let scale = Float(random.roll(1...1_000)) * (type == .fp8_group ? 0x1p-20 : 0x1p-18)
                bytes.storeBytes(of: scale.bitPattern.littleEndian, toByteOffset: block, as: UInt32.self)
            }
            if type == .fp8_group {
                // All bits but the sign are a NaN.
                for index in (block + 4)..<(block + 36) where bytes[index] & 0x7F == 0x7F { bytes[index] &= 0x8F }
            }
        }
    }

    private static func hasFloatScale(_ type: StorageType) -> Bool {
        switch type {
        case .int4_group_f32, .int8_group, .int8_group_zero, .fp8_group: true
        default: false
        }
    }

    /// What a quantised weight is worth to the portable kernels.
    var dequantized: [Double] {
        guard let kernels = try? Kernels(named: "portable") else {
            preconditionFailure("portable kernels run anywhere")
        }
        let matrix = matrix
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: matrix.rows * matrix.columns) { floats in
            matrix.widen(rows: 0..<matrix.rows, into: floats.baseAddress!, kernels: kernels)
            return floats.map(Double.init)
        }
    }

    /// Where the f16 scales of a block lie.
    private static func scaleOffsets(_ type: StorageType) -> [Int] {
        switch type {
        case .q8_0, .q4_0, .q5_0, .iq4_nl, .iq4_xs, .int4_group: [0]
        case .q4_1, .q5_1, .q4_k, .q5_k: [0, 2]
        case .q2_k: [80, 82]
        case .q3_k: [108]
        case .q6_k: [208]
        case .mxfp4, .float32, .bfloat16, .float16: []
        case .int4_group_f32, .int8_group, .int8_group_zero, .fp8_group: []
        }
    }
}
