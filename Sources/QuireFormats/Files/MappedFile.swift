#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A whole file mapped read-only into memory, or memory that stands for one, unmapped when the last value that refers to it is gone.
///
/// The one owner of a raw mapping: everything else holds a `MappedBytes` that keeps this alive. Pages are read from
/// the disk when first touched. A file that another process shortens while it is mapped is beyond what a reader can
/// check: touching the missing pages ends the process, as with every memory-mapped file.
public final class MappedFile: Sendable {
    public let path: String
    /// Bytes in the file.
    public let count: Int
    /// Whether a page that is given back comes again from the disk; else it would come again as zeros.
    let isOnDisk: Bool
    /// Start of the mapping; never dereferenced where `count` is zero.
    nonisolated(unsafe) let base: UnsafeRawPointer

    /// Throws `FormatError` where the file cannot be opened, is not a regular file, or cannot be mapped.
    public init(path: String) throws(FormatError) {
        // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.systemError(path, "cannot be opened") }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.systemError(path, "cannot be examined") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "a directory" : "not a regular file"
            throw FormatError(file: path, place: "", found: kind, expected: "a file of tensors")
        }
        guard let size = Int(exactly: status.st_size), size >= 0 else {
            throw FormatError(file: path, place: "", found: "\(status.st_size) bytes", expected: "a mappable size")
        }

        self.path = path
        count = size
        isOnDisk = true
        if size == 0 {
            // mmap refuses an empty range.
            base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        } else {
            guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
                throw Self.systemError(path, "cannot be mapped")
            }
            base = UnsafeRawPointer(address)
        }
    }

    /// Memory that stands for the contents of a file: `fill` writes all of it, and after that nobody does.
    ///
    /// Throws `FormatError`, which names `path`, where the system refuses the memory.
    init(path: String, memoryOf size: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) throws(FormatError) {
        self.path = path
        count = size
        isOnDisk = false
        guard size > 0 else {
            base = UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
            return
        }
        let access = PROT_READ | PROT_WRITE
        guard let address = mmap(nil, size, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), address != MAP_FAILED else {
            throw Self.systemError(path, "needs \(size) bytes of memory")
        }
        fill(UnsafeMutableRawBufferPointer(start: address, count: size))
        mprotect(address, size, PROT_READ)
        base = UnsafeRawPointer(address)
    }

    deinit {
        if count > 0 { munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    /// Every byte of the file.
    public var bytes: MappedBytes { MappedBytes(whole: self) }

    private static func systemError(_ path: String, _ problem: String) -> FormatError {
        FormatError(file: path, place: "", problem: "\(problem): \(String(cString: strerror(errno)))")
    }
}
