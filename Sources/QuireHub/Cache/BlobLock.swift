import Foundation
import Logging

/// The right to fetch a blob, among all processes that share the cache.
///
/// It is a `flock` on a file, as Hugging Face's own programs take it, and goes with the process that holds it.
struct BlobLock: ~Copyable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits until nobody else has it.
    ///
    /// - Throws: `HubError.cache` where locks cannot be taken, `CancellationError`.
    static func acquire(_ path: String, logger: Logger) async throws -> BlobLock {
        try Folder(URL(fileURLWithPath: path).deletingLastPathComponent().path).create()
        var hasWaited = false
        while true {
            if let lock = try attempt(path) { return lock }
            if !hasWaited {
                logger.notice("another download has this file; waiting for it", metadata: ["lock": "\(path)"])
                hasWaited = true
            }
            try await Pause.sleep(for: .milliseconds(50))
        }
    }

    /// `nil` where somebody else has it.
    private static func attempt(_ path: String) throws(HubError) -> BlobLock? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o664)
        guard descriptor >= 0 else { throw Folder.systemProblem(path) }
        let lock = BlobLock(descriptor: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw Folder.systemProblem(path) }
            return nil
        }
        // Whoever removes lock files may have removed this one between the two calls.
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino else { return nil }
        return lock
    }
}
