import Foundation
import ModelZoo
import QuireFormats
import QuireHub

extension ZooEntry {
    /// Where an entry's files are.
    public enum Files: Sendable, Equatable {
        /// In the entry's own folder.
        case here(folder: String)
        /// In the Hugging Face cache.
        case cached(path: String)
        /// Not on this machine; those that the cache lacks where it knows the model at all.
        case absent(missing: [String])

        public var areThere: Bool { if case .absent = self { false } else { true } }
    }

    /// The entry's folder.
    public var directory: String? { ModelZoo.directory(of: name) }

    /// Looks for the files, and asks no hub.
    ///
    /// - Throws: `HubError` for a repository that is none.
    public func findFiles(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> Files {
        if let directory, hasWeights { return .here(folder: directory) }
        guard let reference = try hubReference else { return .absent(missing: weights ?? []) }
        switch try HubSettings(environment: environment).cache.lookup(reference) {
        case .found(let model): return .cached(path: model.path)
        case .incomplete(let missing): return .absent(missing: missing)
        }
    }

    /// The hub's model that the entry stands for; `nil` where its weights are the project's own.
    ///
    /// - Throws: `HubError` for a repository that is none.
    public var hubReference: HubReference? {
        get throws { try repository.map { try HubReference($0, revision: revision) } }
    }

    /// Whether the weights are in the entry's own folder.
    public var hasWeights: Bool {
        guard let directory else { return false }
        // An entry that lists nothing is a model's folder as it is.
        guard let weights else { return repository == nil && Self.isFile("\(directory)/config.json") }
        return !weights.isEmpty && weights.allSatisfy { Self.isFile("\(directory)/\($0)") }
    }

    private static func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// What the entry's own folder is opened as: the folder, or the one GGUF file in it.
    var ownLocation: ModelLocation? {
        guard let directory, hasWeights else { return nil }
        if let weights, weights.count == 1, weights[0].lowercased().hasSuffix(".gguf") {
            return .gguf("\(directory)/\(weights[0])")
        }
        return .directory(directory)
    }

    /// Whether the weights are a few lines that say how to draw them.
    public var isSeeded: Bool { weights == [SeededWeightsFile.fileName] }

    var expectedPath: String? {
        guard let directory, let expected else { return nil }
        return "\(directory)/\(expected)"
    }
}
