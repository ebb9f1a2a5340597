import Foundation
import Quire
import QuireJSON

/// The answers of a batch while it runs: `OUT.partial`, a line per answer in the order in which they came, which becomes
/// `OUT` when all are there.
///
/// A line is written in one piece and counts once it has its end, so that a process that is killed loses no answer that
/// stands there and leaves none half.
final class BatchOutput {
    private let path: String
    private let file: FileHandle
    /// The requests that are answered.
    private(set) var answered: Set<String> = []
    private var unsynced = 0

    private var partialPath: String { path + ".partial" }

    /// - Parameter ids: of all requests.
    /// - Throws: a `UserError` for a file of something else, and where another process writes it.
    init(path: String, ids: Set<String>) throws {
        self.path = path
        let partial = path + ".partial"
        let descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw BatchError(path: partial, problem: "cannot be written: \(String(cString: strerror(errno)))")
        }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw BatchError(path: partial, problem: "is being written by another process")
        }
        try resume(ids)
    }

    /// Whether a file is the whole result of these requests.
    ///
    /// - Throws: a `UserError` where it is there and is something else.
    static func isComplete(_ path: String, ids: Set<String>) throws -> Bool {
        guard let content = FileManager.default.contents(atPath: path) else { return false }
        let found = try? answers(in: content, path).map(\.id)
        guard let found, Set(found) == ids, found.count == ids.count else {
            throw BatchError(path: path, problem: "is there already and is not the result of these requests")
        }
        return true
    }

    private func resume(_ ids: Set<String>) throws {
        let content = try file.readToEnd() ?? Data()
        // What a killed process was writing has no end.
        let whole = content.lastIndex(of: UInt8(ascii: "\n")).map { content[...$0] } ?? Data()
        for answer in try Self.answers(in: whole, partialPath) {
            guard ids.contains(answer.id), answered.insert(answer.id).inserted else {
                throw BatchError(
                    path: partialPath,
                    problem: "answers '\(answer.id)', which is not to be answered here; "
                        + "it belongs to other requests")
            }
        }
        try file.truncate(atOffset: UInt64(whole.count))
    }

    private static func answers(in content: Data, _ path: String) throws -> [(id: String, line: Int)] {
        try content.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            let place = "\(path) line \(index + 1)"
            guard let id = try JSONValue(parsing: line, place: place)["custom_id"]?.stringValue else {
                throw ConfigurationError(place: place, problem: "has no custom_id")
            }
            return (id, index + 1)
        }
    }

    /// Adds the answer to one request.
    func add(_ id: String, _ answer: JSONValue) throws {
        try file.write(contentsOf: Data((answer.text + "\n").utf8))
        answered.insert(id)
        unsynced += 1
        if unsynced >= 64 { try sync() }
    }

    /// Gives the file its name, now that every request is answered.
    func finish() throws {
        try sync()
        guard rename(partialPath, path) == 0 else {
            throw BatchError(path: path, problem: "cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private func sync() throws {
        try file.synchronize()
        unsynced = 0
    }
}
