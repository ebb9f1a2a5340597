#if os(Linux)
    import Glibc
#endif

/// Memory that goes with its owner; its pages come when they are first written to.
public final class OwnedBytes: Sendable {
    /// Uninitialised at first. Whoever fills it does so before sharing it.
    nonisolated(unsafe) public let bytes: UnsafeMutableRawBufferPointer

    /// Bytes of a large page, on the systems that have them.
    private static let largePage = 2 << 20

    public init(count: Int) {
        let wholePages = count / Self.largePage * Self.largePage
        bytes = .allocate(byteCount: count, alignment: wholePages > 0 ? Self.largePage : 64)
        #if os(Linux)
            // Weights are read from one end to the other, and what fetches ahead stops at every page's end. Only whole
            // pages: a last one would take memory beyond what was asked for.
            if wholePages > 0 { _ = madvise(bytes.baseAddress, wholePages, MADV_HUGEPAGE) }
        #endif
    }

    deinit { bytes.deallocate() }
}
