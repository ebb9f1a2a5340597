#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The sizes of one layer's part of a block.
public struct KVLayout: Hashable, Sendable {
    public let heads: Int
    /// Numbers of a key.
    public let headDim: Int
    /// Numbers of a value.
    public let valueDim: Int
    /// Whether a value is the beginning of its key and takes no room of its own.
    public let isLatent: Bool
    public let blockSize: Int
    public let type: KVCacheType

    public init(
        heads: Int, headDim: Int, valueDim: Int? = nil, isLatent: Bool = false, blockSize: Int,
        type: KVCacheType = .float32
    ) {
        self.heads = heads
        self.headDim = headDim
        self.valueDim = valueDim ?? headDim
        self.isLatent = isLatent
        self.blockSize = blockSize
        self.type = type
    }

    /// What layers of a shape keep.
    public init(_ shape: AttentionShape, blockSize: Int, type: KVCacheType) {
        self.init(
            heads: shape.kvHeads, headDim: shape.headDim, valueDim: shape.valueDim, isLatent: shape.isLatent,
            blockSize: blockSize, type: type)
    }

    /// What one block takes in this layer: a key and a value for every slot and head, with their scales.
    public var bytesPerBlock: Int {
        let numbers = headDim + (isLatent ? 0 : valueDim)
        let scales = isLatent ? 1 : 2
        return heads * blockSize * (numbers * type.bytesPerNumber + scales * type.bytesPerScale)
    }
}

/// The keys and values of all sequences: one allocation of fixed-size blocks.
///
/// A layer's blocks lie together, and with them those of the layers that have the same place in other groups. How keys
/// and values are arranged inside a block is the attention backend's matter: it alone writes and reads them; the cache
/// only copies whole blocks. The system gives pages when first touched.
public final class KVCache {
    public let groups: KVGroups
    public let totalBlocks: Int
    private let memory: UnsafeMutableRawBufferPointer
    private let placeOffsets: [Int]
    /// Places begin at cache lines.
    private static let alignment = 64

    /// - Throws: `MemoryError` where the system refuses the memory.
    public init(groups: KVGroups, totalBlocks: Int) throws(MemoryError) {
        self.groups = groups
        self.totalBlocks = totalBlocks
        var offsets: [Int] = []
        var bytes = 0
        for layout in groups.places {
            bytes = (bytes + Self.alignment - 1) / Self.alignment * Self.alignment
            offsets.append(bytes)
            bytes += layout.bytesPerBlock * totalBlocks
        }
        placeOffsets = offsets
        let length = max(bytes, 1)
        guard
            let address = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            address != MAP_FAILED
        else { throw MemoryError.refusedBySystem(bytes: bytes, purpose: "the KV cache") }
        memory = UnsafeMutableRawBufferPointer(start: address, count: length)
        #if os(Linux)
            // Blocks are read in no order: with small pages nearly every one costs a walk of the page table. Where the
            // system has no large ones, nothing changes.
            _ = madvise(address, length, MADV_HUGEPAGE)
        #endif
    }

    /// A cache whose layers all see everything.
    public convenience init(layouts: [KVLayout], totalBlocks: Int) throws(MemoryError) {
        try self.init(groups: KVGroups(layouts: layouts), totalBlocks: totalBlocks)
    }

    deinit { munmap(memory.baseAddress, memory.count) }

    /// Of each layer.
    public var layouts: [KVLayout] { groups.layouts }

    /// The group of a layer: whose blocks of a sequence are the layer's.
    public func group(ofLayer layer: Int) -> Int { groups.group(ofLayer: layer) }

    /// The first byte of a layer's block 0; block `b` begins `b * layouts[layer].bytesPerBlock` further.
    public func baseAddress(layer: Int) -> UnsafeMutableRawPointer {
        memory.baseAddress! + placeOffsets[groups.place(ofLayer: layer)]
    }

    /// Copies whole blocks, in every layer of their group.
    public func copy(_ copies: [BlockCopy]) {
        for copy in copies {
            for (layout, offset) in zip(groups.places, placeOffsets) {
                let base = memory.baseAddress! + offset
                let bytes = layout.bytesPerBlock
                (base + Int(copy.target) * bytes).copyMemory(from: base + Int(copy.source) * bytes, byteCount: bytes)
            }
        }
    }
}

/// Memory that cannot be had.
public enum MemoryError: UserError, Equatable {
    case refusedBySystem(bytes: Int, purpose: String)
    case limitTooSmall(limit: Int, needed: Int, purpose: String)

    public var kind: UserErrorKind { .unavailable }

    public var description: String {
        switch self {
        case .refusedBySystem(let bytes, let purpose):
            "the system refused \(ByteCount(bytes)) for \(purpose); a smaller --kv-cache-memory needs less"
        case .limitTooSmall(let limit, let needed, let purpose):
            "\(purpose): \(ByteCount(limit)) is too small; at least \(ByteCount(needed)) is needed"
        }
    }
}
