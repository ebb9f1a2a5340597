import Foundation
import NIOCore

/// The bytes of a blob that have arrived so far, in `HASH.incomplete`; a later process goes on from there.
struct PartialBlob: ~Copyable {
    let path: String
    /// Bytes.
    private(set) var count = 0
    private let descriptor: Int32
    private let file: RemoteFile
    private var hasher: ChecksumHasher?

    /// Opens what is there and hashes it. Only who holds the blob's lock may.
    ///
    /// - Throws: `HubError`.
    init(_ file: RemoteFile, in repository: CachedRepository) throws(HubError) {
        path = repository.blob(file.blobName) + ".incomplete"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        self.file = file
        hasher = file.checksum?.hasher(size: file.size)
        guard descriptor >= 0 else { throw Folder.systemProblem(path) }
        try hashWhatIsThere()
        if count > file.size { try restart() }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    mutating func append(_ buffer: ByteBuffer) throws(HubError) {
        let error = buffer.withUnsafeReadableBytes { bytes -> HubError? in
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = write(descriptor, base, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return Folder.systemProblem(path) }
                hasher?.update(UnsafeRawBufferPointer(rebasing: rest.prefix(written)))
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
                count += written
            }
            return nil
        }
        if let error { throw error }
    }

    /// Forgets what has arrived.
    mutating func restart() throws(HubError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw Folder.systemProblem(path)
        }
        count = 0
        hasher = file.checksum?.hasher(size: file.size)
    }

    /// Whether these are the bytes that the hub means; where it gives no hash, whether they are as many.
    ///
    /// - Throws: `HubError.corrupt`, which says what they are instead.
    func check() throws(HubError) {
        guard count == file.size else {
            throw .corrupt(file: file.path.description, expected: "\(file.size) bytes", found: "\(count)")
        }
        if let expected = file.checksum, let found = hasher?.checksum, found != expected {
            throw .corrupt(file: file.path.description, expected: "\(expected)", found: found.hex)
        }
    }

    /// Makes the bytes the blob, all at once; they are on the disk before their name is.
    consuming func publish(as blob: String) throws(HubError) {
        guard fsync(descriptor) == 0 else { throw Folder.systemProblem(path) }
        try AtomicFile.move(path, to: blob)
    }

    consuming func discard() { unlink(path) }

    private mutating func hashWhatIsThere() throws(HubError) {
        let pieceSize = 1 << 20
        let problem = withUnsafeTemporaryAllocation(byteCount: pieceSize, alignment: 16) { piece -> HubError? in
            while true {
                let length = read(descriptor, piece.baseAddress, pieceSize)
                if length < 0, errno == EINTR { continue }
                guard length >= 0 else { return Folder.systemProblem(path) }
                if length == 0 { return nil }
                hasher?.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece).prefix(length)))
                count += length
            }
        }
        if let problem { throw problem }
    }
}
