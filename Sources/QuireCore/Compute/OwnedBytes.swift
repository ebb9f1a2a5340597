/// Memory that goes with its owner; its pages come when they are first written to.
public final class OwnedBytes: Sendable {
    /// Uninitialised at first. Whoever fills it does so before sharing it.
    nonisolated(unsafe) public let bytes: UnsafeMutableRawBufferPointer

    public init(count: Int) { bytes = .allocate(byteCount: count, alignment: 64) }

    deinit { bytes.deallocate() }
}
