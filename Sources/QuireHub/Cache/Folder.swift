import Foundation

/// What the cache does with folders and files, with errors that name the path.
struct Folder {
    let path: String
    private var files: FileManager { .default }

    init(_ path: String) { self.path = path }

    /// Names of its entries, sorted; none where it does not exist.
    func names() throws(HubError) -> [String] {
        do {
            return try files.contentsOfDirectory(atPath: path).sorted()
        } catch {
            guard files.fileExists(atPath: path) else { return [] }
            throw Self.problem(path, error)
        }
    }

    /// Paths of all files below it, relative to it; a link to a file counts as one, a broken link does not.
    func filesBelow() -> [String] {
        guard let walk = files.enumerator(atPath: path) else { return [] }
        return walk.compactMap { $0 as? String }.filter { Self.isFile("\(path)/\($0)") }.sorted()
    }

    func create() throws(HubError) {
        do {
            try files.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Self.problem(path, error)
        }
    }

    /// Removes it and everything below it.
    func remove() throws(HubError) {
        do {
            try files.removeItem(atPath: path)
        } catch {
            throw Self.problem(path, error)
        }
    }

    /// Bytes that are free where it lies, or `nil` where that cannot be known.
    var freeBytes: Int? {
        let attributes = try? files.attributesOfFileSystem(forPath: path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }

    static func isFile(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
    }

    /// Bytes of a file, through links; `nil` where there is none.
    static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    static func problem(_ path: String, _ error: any Error) -> HubError {
        .cache(path: path, reason: (error as NSError).localizedDescription)
    }

    /// The error that `errno` stands for.
    static func systemProblem(_ path: String, _ number: Int32 = errno) -> HubError {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if number == ENOSPC || number == EDQUOT {
            return .diskFull(folder: folder, needed: 1, free: Folder(folder).freeBytes ?? 0)
        }
        return .cache(path: path, reason: String(cString: strerror(number)))
    }
}
