import Testing
import Foundation
import Quire

/// Where the repository and its test data lie.
enum Repository {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func fixture(_ path: String) -> String { "\(root)/Tests/Fixtures/\(path)" }

    /// Data that is not part of the project; tests that need it are skipped by name where it is missing.
    static let conformanceData =
        ProcessInfo.processInfo.environment["QUIRE_CONFORMANCE_DATA"] ?? "\(root)/../shared/data"

    static func hasConformanceData(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(conformanceData)/\(path)")
    }
}

/// A pair of backends.
struct Backends: CustomTestStringConvertible, Sendable {
    let attention: String
    let matmul: String
    var testDescription: String { "\(attention) attention, \(matmul) matmul" }

    static let all = of(matmul: ["native", "openblas"])

    /// Those that do not round what they multiply quantised weights with.
    static let exact = of(matmul: ["exact", "openblas"])

    private static func of(matmul: [String]) -> [Backends] {
        ["paged", "reference"].flatMap { attention in matmul.map { Backends(attention: attention, matmul: $0) } }
    }

    func load(_ model: String, _ change: (inout EngineOptions) -> Void = { _ in }) throws -> LLM {
        var options = EngineOptions(model: model)
        options.attentionBackend = attention
        options.matmulBackend = matmul
        change(&options)
        return try LLM(options)
    }
}
