import Foundation

/// A regular file, of which no more is read than asked for.
///
/// Pipes and devices are refused: the one may never begin and the other never end.
struct BoundedFile {
    private let path: String
    private let handle: FileHandle

    /// - Throws: `ModelError` where the file cannot be opened or is not a regular one.
    init(path: String) throws(ModelError) {
        self.path = path
        // Without O_NONBLOCK the opening of a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is not a regular file")
        }
    }

    /// The next `count` bytes, or those that are left.
    func read(upTo count: Int) throws(ModelError) -> Data {
        do {
            return try handle.read(upToCount: count) ?? Data()
        } catch {
            throw .unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
    }
}
