import QuireCore
import QuireFormats
import Synchronization

/// Experts' weights as OpenAI stores them: floats of 4 bits (E2M1) under a power of two (E8M0) for each 32 inputs.
///
/// `…_blocks` `[experts, rows, blocks, 16]` has two neighbouring elements in a byte, the first in the low half; `…_scales` is
/// `[experts, rows, blocks]`. w = e2m1 · 2^(scale - 127). Source: the gpt-oss checkpoints, and the OCP Microscaling Formats
/// specification.
struct MXFP4Weight: WeightRecipe {
    static let parts = ["blocks", "scales"]

    /// `[experts, rows, columns]`.
    let shape: [Int]
    let type = StorageType.mxfp4
    private let place: String
    private let blocks: TensorEntry
    private let scales: TensorEntry

    /// What the specification keeps for scales that are no numbers.
    private static let notANumber: UInt8 = 255

    /// - Parameter layer: with the name of the weight and an underscore as prefix.
    /// - Throws: `WeightError` for a tensor that is missing or does not fit the other.
    init(_ layer: LayerTensors) throws(WeightError) {
        blocks = try layer.tensor("blocks", [.u8])
        let sizes = blocks.shape
        // Where no size is 0, their product is the size in the file, which the reader has checked.
        guard sizes.count == 4, sizes[3] == 16, sizes.allSatisfy({ $0 > 0 }) else {
            throw layer.error("blocks", "has shape \(sizes); expected [experts, rows, blocks of a row, 16]")
        }
        scales = try layer.tensor(
            "scales", [.u8], shape: Array(sizes.dropLast()), because: "'\(layer.prefix)blocks' of \(sizes)")
        shape = [sizes[0], sizes[1], sizes[2] * 32]
        place = layer.place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        guard let start = bytes.baseAddress else { return nil }
        let target = SharedPointer(start.assumingMemoryBound(to: UInt8.self))
        let (codes, scales, rowBlocks) = (blocks.bytes, scales.bytes, shape[2] / 32)
        let firstBad = Atomic(Int.max)
        context.workers.runRanges(shape[0] * shape[1], grain: 16) { rows in
            for block in (rows.lowerBound * rowBlocks)..<(rows.upperBound * rowBlocks) {
                let scale = scales.baseAddress.load(fromByteOffset: block, as: UInt8.self)
                if scale == Self.notANumber { firstBad.min(block, ordering: .relaxed) }
                let place = UnsafeMutableRawPointer(target.pointer + block * 17)
                place.storeBytes(of: scale, as: UInt8.self)
                let pairs = codes.baseAddress.loadUnaligned(fromByteOffset: block * 16, as: SIMD16<UInt8>.self)
                withUnsafeBytes(of: Self.repacked(pairs)) {
                    (place + 1).copyMemory(from: $0.baseAddress!, byteCount: 16)
                }
            }
        }
        let bad = firstBad.load(ordering: .relaxed)
        guard bad == Int.max else { throw complaint(block: bad) }
        return nil
    }

    /// From neighbours in a byte to elements that lie 16 apart.
    private static func repacked(_ pairs: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let (low, high) = (pairs & 15, pairs &>> 4)
        var (first, second) = (SIMD16<UInt8>(), SIMD16<UInt8>())
        (first.evenHalf, first.oddHalf) = (low.lowHalf, high.lowHalf)
        (second.evenHalf, second.oddHalf) = (low.highHalf, high.highHalf)
        return first | second &<< 4
    }

    private func complaint(block: Int) -> WeightError {
        let (row, blockOfRow) = block.quotientAndRemainder(dividingBy: shape[2] / 32)
        let index = [row / shape[1], row % shape[1], blockOfRow]
        return WeightError(
            place: place,
            problem: "weight '\(scales.name)' is \(Self.notANumber), which means NaN, at \(index); expected 0 to "
                + "\(Self.notANumber - 1)")
    }

    func releasePages() {
        for entry in [blocks, scales] { entry.bytes.releasePages() }
    }
}
