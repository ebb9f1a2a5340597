import Foundation

/// The `quire` command as a user runs it: a process of its own.
struct QuireProcess {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The objects of a JSON-lines output.
        var records: [[String: Any]] {
            output.split(separator: "\n").compactMap {
                try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
            }
        }
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func fixture(_ path: String) -> String { "\(root)/Tests/Fixtures/\(path)" }

    /// A tiny random model without a tokenizer, vocabulary of 96.
    static let tinyModel = fixture("llama/gqa")

    /// The command lies beside the tests' own executable.
    private static var executable: URL {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("quire")
    }

    /// Starts the command; `wait` collects what it says.
    static func start(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Running {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("QUIRE_") }
            // Tests ask no hub that they did not start.
            .merging(["HF_HUB_OFFLINE": "1"]) { $1 }.merging(environment) { $1 }
        return try Running(process, input: input)
    }

    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Outcome {
        try start(arguments, input: input, environment: environment).wait()
    }

    /// A command under way; its output goes to files, so that no pipe can fill up.
    final class Running {
        private let process: Process
        private let directory = TemporaryDirectory()

        init(_ process: Process, input: String) throws {
            self.process = process
            let files = try ["in": input, "out": "", "err": ""].mapValues { Data($0.utf8) }
                .map { name, data in
                    try data.write(to: directory.url(name))
                    return name
                }
            precondition(files.count == 3)
            process.standardInput = try FileHandle(forReadingFrom: directory.url("in"))
            process.standardOutput = try FileHandle(forWritingTo: directory.url("out"))
            process.standardError = try FileHandle(forWritingTo: directory.url("err"))
            try process.run()
        }

        /// What it has written to standard error so far.
        var errorsSoFar: String { text("err") }
        var isRunning: Bool { process.isRunning }

        func interrupt() { process.interrupt() }
        func terminate() { process.terminate() }

        func wait() -> Outcome {
            process.waitUntilExit()
            let status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
            return Outcome(status: status, output: text("out"), errors: text("err"))
        }

        private func text(_ name: String) -> String {
            (try? String(contentsOf: directory.url(name), encoding: .utf8)) ?? ""
        }
    }
}

/// A folder that goes with its owner.
final class TemporaryDirectory {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "quire-test-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    /// Writes a file and returns its path.
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: url(name))
        return url(name).path
    }
}
