import Foundation
import QuireHub
import Testing

@Suite("Hugging Face's own program")
struct PythonTests {
    private static let python = ProcessInfo.processInfo.environment["QUIRE_PYTHON"] ?? "python3"
    private static let isThere = (try? run("import huggingface_hub", [:]))?.status == 0

    @Test(
        "huggingface_hub finds what was pulled, and agrees on its size",
        .enabled(if: isThere, "skipped: no huggingface_hub in QUIRE_PYTHON"))
    func reads() async throws {
        let hub = TestHub.withModel()
        hub.add("org/quants", ["q/a.gguf": TestHub.File(bytes: TestHub.weights, isLarge: true)])
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let model = try await puller.pull("org/tiny")
            let file = try await puller.pull("org/quants:q/a.gguf")
            let script = """
                from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download
                print(snapshot_download("org/tiny", local_files_only=True))
                print(hf_hub_download("org/quants", "q/a.gguf", local_files_only=True))
                report = scan_cache_dir()
                print(report.size_on_disk, len(report.warnings))
                """
            let environment = ["HF_HUB_CACHE": puller.folder.path, "HF_ENDPOINT": endpoint.absoluteString]
            let outcome = try Self.run(script, environment)
            let size = try puller.hub.settings.cache.contents().reduce(0) { $0 + $1.size }
            #expect(outcome.output == "\(model.path)\n\(file.path)\n\(size) 0\n")
        }
    }

    private static func run(
        _ script: String, _ environment: [String: String]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, "-c", script]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
