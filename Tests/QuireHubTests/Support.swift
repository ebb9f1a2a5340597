import Foundation
import Logging
import QuireHub

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "quire-hub-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ file: String) -> [UInt8]? { FileManager.default.contents(atPath: "\(path)/\(file)").map(Array.init) }
    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }
    func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []).sorted()
    }

    func write(_ file: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: "\(path)/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }
}

/// A cache of its own and what fills it.
struct Puller {
    let folder: TemporaryFolder
    let hub: Hub

    init(_ endpoint: URL, token: String? = nil, folder: TemporaryFolder? = nil) throws {
        self.folder = try folder ?? TemporaryFolder()
        var settings = HubSettings(endpoint: endpoint, cache: HubCache(root: self.folder.path), token: token)
        settings.retry.firstDelay = .milliseconds(1)
        settings.idleTimeout = .seconds(10)
        hub = Hub(settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    func pull(_ model: String, revision: String? = nil) async throws -> PulledModel {
        try await hub.pull(HubReference(model, revision: revision))
    }
}

extension TestHub {
    static let weights = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    static let config = Array(#"{"architectures": ["LlamaForCausalLM"]}"#.utf8)

    static func small(_ text: String) -> File { File(bytes: Array(text.utf8), isLarge: false) }

    /// A model in Hugging Face's layout, with files that running it does not take.
    static var model: [String: File] {
        [
            "config.json": File(bytes: config, isLarge: false),
            "tokenizer.json": small("{}"),
            "additional_chat_templates/tools.jinja": small("{{ tools }}"),
            "model.safetensors": File(bytes: weights, isLarge: true),
            "pytorch_model.bin": File(bytes: [1, 2, 3], isLarge: true),
            "README.md": small("# A model"),
            "training/optimizer.bin": File(bytes: [4], isLarge: true),
        ]
    }

    /// A hub with that model as `org/tiny`.
    static func withModel() -> TestHub {
        let hub = TestHub()
        hub.add("org/tiny", model)
        return hub
    }
}
