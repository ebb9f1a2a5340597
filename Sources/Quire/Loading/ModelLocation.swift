import Foundation
import Logging
import QuireHub

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

    /// Finds a model by what a user calls it: a path, a zoo entry, or a hub id; of the last, what the local Hugging Face
    /// cache lacks is downloaded, while the caller waits.
    ///
    /// - Parameters:
    ///   - name: `nil` is the embedded model.
    ///   - revision: a branch, tag or commit of a hub id; `nil` is `main`.
    ///   - parts: what is needed of a hub's model.
    /// - Throws: `ModelError.notFound`, which lists the places, `HubError`, or `OptionError` for a revision of what has none.
    public init(
        finding name: String?, revision: String? = nil, parts: ModelParts = .everything,
        environment: [String: String] = ProcessInfo.processInfo.environment, logger: Logger = LLM.defaultLogger
    ) throws {
        let finder = ModelFinder(name: name, revision: revision, environment: environment, logger: logger)
        switch try finder.find() {
        case .local(let location): self = location
        case .hub(let reference): self = try BlockingTask.run { try await finder.fetch(reference, parts) }
        }
    }
}
