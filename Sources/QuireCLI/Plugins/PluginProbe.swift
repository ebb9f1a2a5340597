import Foundation
import Quire
import Synchronization

/// Loads plugins in a process of their own first: one that traps or exits while it is loaded is then refused in words.
///
/// Once per library and start; it costs about as much as `quire --version`.
enum PluginProbe {
    private static let checked = Mutex<Set<String>>([])
    /// Seconds that loading may take.
    private static let timeLimit = 60.0

    /// - Throws: `PluginFileError` for the first library that cannot be loaded.
    static func check(_ paths: [String]) throws {
        for path in paths where !checked.withLock({ $0.contains(path) }) {
            if let problem = try problem(path) { throw PluginFileError(path: path, problem: problem) }
            _ = checked.withLock { $0.insert(path) }
        }
    }

    /// Why a library cannot be loaded; `nil` where it can.
    private static func problem(_ path: String) throws -> String? {
        guard let program = Bundle.main.executableURL else { return nil }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("quire-probe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appendingPathComponent("out"), folder.appendingPathComponent("err"))
        for file in [output, errors] { try Data().write(to: file) }

        let mark = UUID().uuidString
        let process = Process()
        process.executableURL = program
        // An argument that looks like an option would be taken for one.
        process.arguments = ["plugins", "probe", "--", mark, path]
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        // Files, not pipes: nobody has to read while it runs.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let isOver = wait(for: process)

        let text = (try? String(decoding: Data(contentsOf: output), as: UTF8.self)) ?? ""
        if let answer = text.range(of: "\n\(mark)\n") {
            let problem = String(text[answer.upperBound...])
            return problem.isEmpty ? nil : problem
        }
        guard isOver else { return "was not loaded within \(Int(timeLimit)) seconds" }
        let status = process.terminationStatus
        guard process.terminationReason == .uncaughtSignal else {
            return "ended the process with status \(status) while it was loaded"
        }
        let name = strsignal(status).map { String(cString: $0) } ?? "unknown"
        return "crashed while it was loaded, by signal \(status) (\(name))\(lastWords(errors))"
    }

    /// - Returns: whether the process ended by itself in time.
    private static func wait(for process: Process) -> Bool {
        let start = ContinuousClock.now
        while process.isRunning {
            if ContinuousClock.now - start > .seconds(timeLimit) {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                return false
            }
            usleep(1_000)
        }
        return true
    }

    /// What Swift's runtime said about the trap.
    private static func lastWords(_ errors: URL) -> String {
        guard let text = try? String(decoding: Data(contentsOf: errors), as: UTF8.self),
            let line = text.split(separator: "\n").first(where: { $0.contains("Fatal error") })
        else { return "" }
        return ": " + String(line.prefix(300)).printable
    }
}
