#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A range of a mapped file; copying it copies no bytes, and it keeps the mapping alive.
public struct MappedBytes: Sendable {
    public let file: MappedFile
    /// Where the range begins in the file, in bytes.
    public let offset: Int
    /// Length in bytes.
    public let count: Int

    init(whole file: MappedFile) {
        self.file = file
        offset = 0
        count = file.count
    }

    private init(file: MappedFile, offset: Int, count: Int) {
        self.file = file
        self.offset = offset
        self.count = count
    }

    /// First byte; valid while `file` is held. Not to be dereferenced where `count` is zero.
    public var baseAddress: UnsafeRawPointer { file.base + offset }

    /// Calls `body` with the bytes; the pointer must not outlive the call.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: baseAddress, count: count))
    }

    /// `count` bytes that begin `start` bytes into this range, or nil where they do not all lie inside it.
    public func slice(at start: Int, count length: Int) -> MappedBytes? {
        guard start >= 0, length >= 0, start <= count, length <= count - start else { return nil }
        return MappedBytes(file: file, offset: offset + start, count: length)
    }

    /// Whether the first byte lies on a multiple of `alignment` bytes, a power of two.
    public func isAligned(to alignment: Int) -> Bool {
        Int(bitPattern: baseAddress) & (alignment - 1) == 0
    }

    /// Tells the system that the bytes will not be needed soon, so that their pages stop counting as resident memory.
    ///
    /// Only pages that lie wholly inside the range are released; a later access reads them from the file again.
    public func releasePages() {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        guard file.isOnDisk, count > 0, page > 0, let roundedUp = checkedAlign(offset, to: page) else { return }
        // The last page of a file is padded by the system: it belongs to the file's end.
        let end = offset + count == file.count ? offset + count : (offset + count) & ~(page - 1)
        guard roundedUp < end else { return }
        madvise(UnsafeMutableRawPointer(mutating: file.base + roundedUp), end - roundedUp, MADV_DONTNEED)
    }
}

extension MappedBytes {
    /// Whether the range begins with `prefix`.
    func starts(with prefix: [UInt8]) -> Bool {
        withUnsafeBytes { $0.starts(with: prefix) }
    }
}
