import Foundation
import ModelZoo
import QuireCore

/// Where a model's files lie.
public enum ModelLocation: Sendable, Equatable {
    /// A folder in Hugging Face's layout.
    case directory(String)
    case gguf(String)

    public var path: String {
        switch self {
        case .directory(let path), .gguf(let path): path
        }
    }

    /// Finds a model by what a user calls it: a path, a zoo entry, or a hub id in the local Hugging Face cache.
    ///
    /// - Parameter name: `nil` is the embedded model.
    /// - Throws: `ModelError.notFound`, which lists the places.
    public init(finding name: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        let name = name ?? ModelZoo.defaultName
        let files = FileManager.default
        var isDirectory: ObjCBool = false
        if files.fileExists(atPath: name, isDirectory: &isDirectory) {
            self = isDirectory.boolValue ? .directory(name) : .gguf(name)
            return
        }
        let inZoo = ModelZoo.directory(of: name)
        if let inZoo, files.fileExists(atPath: inZoo + "/config.json") {
            self = .directory(inZoo)
            return
        }
        // A zoo entry of a published model says where its files come from.
        let repository = try inZoo.map { try ZooEntry(directory: $0).repository ?? name } ?? name
        let cache = HubCache(environment: environment)
        if let snapshot = cache.snapshot(of: repository) {
            self = .directory(snapshot)
            return
        }
        throw ModelError.notFound(
            name: name,
            lookedIn: ["the path \(name)", "the model zoo", "the Hugging Face cache \(cache.folder(of: repository))"],
            zoo: ModelZoo.names.filter {
                ModelZoo.directory(of: $0).map { files.fileExists(atPath: $0 + "/config.json") } ?? false
            })
    }
}
