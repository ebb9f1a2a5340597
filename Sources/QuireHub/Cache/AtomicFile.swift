import Foundation

/// Files and links that are there as a whole or not at all.
enum AtomicFile {
    static func write(_ text: String, to path: String) throws(HubError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Folder.problem(path, error)
        }
    }

    /// Makes a link, in the place of what was there.
    static func link(_ path: String, to target: String) throws(HubError) {
        if (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == target { return }
        let new = "\(path).\(UUID().uuidString.prefix(8)).link"
        guard symlink(target, new) == 0 else { throw Folder.systemProblem(new) }
        do {
            try move(new, to: path)
        } catch {
            unlink(new)
            throw error
        }
    }

    static func move(_ path: String, to target: String) throws(HubError) {
        guard rename(path, target) == 0 else { throw Folder.systemProblem(target) }
    }
}
