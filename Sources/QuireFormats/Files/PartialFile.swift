#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Synchronization

/// A file in the making: written beside its place under another name, and moved there when it is whole.
public final class PartialFile: Sendable {
    private let path: String
    private let partialPath: String
    private let overwrites: Bool
    private let descriptor: Int32
    /// Whether the file under the other name is still there.
    private let isOpen = Mutex(true)

    /// - Throws: `FormatError` where a file is there that may not be replaced, or the system refuses.
    public init(path: String, overwrites: Bool) throws(FormatError) {
        self.path = path
        self.overwrites = overwrites
        partialPath = "\(path).\(getpid()).partial"
        try Self.checkPlace(path, overwrites)
        descriptor = open(partialPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.systemError(path, "cannot be written") }
    }

    deinit {
        discard()
        close(descriptor)
    }

    public func setSize(_ size: Int) throws(FormatError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.systemError(path, "cannot be written") }
    }

    /// Writes all bytes from `offset` on; threads may write at once.
    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FormatError) {
        var done = 0
        while done < bytes.count {
            let count = pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.systemError(path, "cannot be written") }
            done += count
        }
    }

    public func finish() throws(FormatError) {
        try isOpen.withLock { isOpen throws(FormatError) in
            precondition(isOpen, "a file is finished once")
            try Self.checkPlace(path, overwrites)
            guard rename(partialPath, path) == 0 else { throw Self.systemError(path, "cannot be put in its place") }
            isOpen = false
        }
    }

    public func discard() {
        isOpen.withLock { isOpen in
            if isOpen { unlink(partialPath) }
            isOpen = false
        }
    }

    private static func checkPlace(_ path: String, _ overwrites: Bool) throws(FormatError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FormatError(file: path, place: "", problem: "is there and no regular file, expected a new file")
        }
        guard overwrites else {
            throw FormatError(file: path, place: "", problem: "is there already, and may not be replaced unasked")
        }
    }

    private static func systemError(_ path: String, _ problem: String) -> FormatError {
        FormatError(file: path, place: "", problem: "\(problem): \(String(cString: strerror(errno)))")
    }
}
