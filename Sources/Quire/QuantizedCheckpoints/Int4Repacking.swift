import QuireCore

/// Where the 4-bit numbers of a weight lie in a file's layout.
protocol Int4Numbers: Sendable {
    /// The numbers, from 0 to 15, of one input channel for 8 neighbouring outputs; of outputs past the last one, any.
    func numbers(channel: Int, outputs first: Int) -> SIMD8<UInt8>
}

/// A weight of 4-bit numbers in any layout, and how to write it as blocks of `int4_group` or `int4_group_f32`.
struct Int4Repacking<Numbers: Int4Numbers>: Sendable {
    let numbers: Numbers
    let rows: Int
    let columns: Int
    let channels: ChannelGroups
    let scales: ScaleValues
    /// The zero point of each scale.
    let zeros: [UInt8]
    /// Elements from one group's scale, and from one output's, to the next.
    let strides: (group: Int, output: Int)

    var type: StorageType { scales.halves == nil ? .int4_group_f32 : .int4_group }

    func write(to bytes: UnsafeMutableRawBufferPointer, workers: WorkerPool) {
        let target = bytes.baseAddress!
        // Neighbouring outputs share the cache lines that are read.
        workers.runRanges((rows + 7) / 8, grain: 4) { range in
            withUnsafeTemporaryAllocation(of: SIMD8<UInt8>.self, capacity: 16) { pairs in
                for index in range { writeRows(from: index * 8, to: target, pairs: pairs.baseAddress!) }
            }
        }
    }

    /// Writes 8 rows, or those that are left.
    ///
    /// - Parameter pairs: scratch memory for 16 elements.
    private func writeRows(
        from first: Int, to target: UnsafeMutableRawPointer, pairs: UnsafeMutablePointer<SIMD8<UInt8>>
    ) {
        let (type, count) = (type, min(8, rows - first))
        let (rowBytes, blockBytes) = (type.bytes(forColumns: columns), type.bytesPerBlock)
        let bytes = UnsafeMutableRawPointer(pairs).assumingMemoryBound(to: UInt8.self)
        for (block, group) in channels.groupOfBlock.enumerated() {
            for i in 0..<16 {
                let low = numbers.numbers(channel: channel(block * 32 + i), outputs: first)
                let high = numbers.numbers(channel: channel(block * 32 + i + 16), outputs: first)
                pairs[i] = low | high &<< 4
            }
            for row in 0..<count {
                let place = target + (first + row) * rowBytes + block * blockBytes
                let numbers = writeHead(place, group: group, output: first + row)
                for i in 0..<16 { numbers[i] = bytes[i * 8 + row] }
            }
        }
    }

    private func channel(_ place: Int) -> Int {
        guard let order = channels.order else { return place }
        return Int(order.inputs[place])
    }

    /// Writes a block's scale and zero point; returns where its numbers go.
    private func writeHead(
        _ place: UnsafeMutableRawPointer, group: Int, output: Int
    ) -> UnsafeMutablePointer<UInt8> {
        let index = group * strides.group + output * strides.output
        let scaleBytes: Int
        if let halves = scales.halves {
            place.copyMemory(from: halves.baseAddress + index * 2, byteCount: 2)
            scaleBytes = 2
        } else {
            place.storeBytes(of: scales.values[index].bitPattern.littleEndian, as: UInt32.self)
            scaleBytes = 4
        }
        place.storeBytes(of: zeros[index], toByteOffset: scaleBytes, as: UInt8.self)
        return (place + scaleBytes + 1).assumingMemoryBound(to: UInt8.self)
    }
}

extension SIMD8<UInt8> {
    /// The eight halves of bytes of a word, the lowest first.
    init(nibbles word: UInt32) {
        var wide = UInt64(word)
        wide = (wide | wide << 16) & 0x0000_FFFF_0000_FFFF
        wide = (wide | wide << 8) & 0x00FF_00FF_00FF_00FF
        wide = (wide | wide << 4) & 0x0F0F_0F0F_0F0F_0F0F
        self = unsafeBitCast(wide.littleEndian, to: SIMD8<UInt8>.self)
    }
}
