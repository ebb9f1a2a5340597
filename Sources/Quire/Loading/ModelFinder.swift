import Foundation
import Logging
import ModelZoo
import QuireHub

/// Turns what a user calls a model into the place of its files.
struct ModelFinder: Sendable {
    enum Place: Equatable {
        case local(ModelLocation)
        /// A hub's model, whose files may have to be downloaded.
        case hub(HubReference)
    }

    let name: String
    let revision: String?
    let environment: [String: String]
    let logger: Logger

    /// - Parameter name: `nil` is the embedded model.
    init(name: String?, revision: String?, environment: [String: String], logger: Logger) {
        self.name = name ?? ModelZoo.defaultName
        self.revision = revision
        self.environment = environment
        self.logger = logger
    }

    /// A file or folder wins over a zoo entry, and that over a hub id.
    ///
    /// - Throws: `ModelError.notFound`, `HubError` for what is nearly a hub id, `OptionError` for a revision of local files.
    func find() throws -> Place {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory) {
            return try local(isDirectory.boolValue ? .directory(name) : .gguf(name))
        }
        guard let folder = ModelZoo.directory(of: name) else { return try place(ofHubID: name, revision: revision) }
        let entry = try ZooEntry(directory: folder)
        if let location = entry.ownLocation { return try local(location) }
        // A zoo entry of a published model says where its files come from.
        return try place(ofHubID: entry.repository ?? name, revision: revision ?? entry.revision)
    }

    /// The files of a hub's model, downloaded where the cache lacks them; a bar shows it on a terminal.
    ///
    /// - Throws: `ModelError.notFound` where neither the cache nor the hub has such a model, `HubError`,
    ///   `CancellationError`.
    func fetch(_ reference: HubReference, _ parts: ModelParts) async throws -> ModelLocation {
        let hub = Hub(settings: try HubSettings(environment: environment), logger: logger)
        let bar = DownloadBar()
        defer { bar?.finish() }
        do {
            let path = try await hub.path(of: reference, parts: parts) { bar?.show($0) }
            return reference.file == nil ? .directory(path) : .gguf(path)
        } catch let error as HubError where error.mayBeNoModel {
            throw notFound(also: [
                "the cache \(hub.settings.cache.folder(of: reference.repository))", "the hub (\(error))",
            ])
        }
    }

    private func local(_ location: ModelLocation) throws(OptionError) -> Place {
        guard let revision else { return .local(location) }
        throw OptionError(
            name: "revision", value: revision, expected: "a hub id beside it; \(location.path) is on this machine")
    }

    private func place(ofHubID id: String, revision: String?) throws -> Place {
        guard Self.mayBeHubID(id) else { throw notFound(also: []) }
        let reference = try HubReference(id, revision: revision)
        if reference.repository.hasOrganisation { return .hub(reference) }
        // One word may be anything, a misspelt zoo entry say: it is a hub id only where the cache knows it.
        let cache = try HubSettings(environment: environment).cache
        guard case .found = cache.lookup(reference) else {
            throw notFound(also: ["the cache \(cache.folder(of: reference.repository))"])
        }
        return .hub(reference)
    }

    /// Whether the text is not rather the path of something that is missing.
    private static func mayBeHubID(_ text: String) -> Bool {
        let repository = text.prefix { $0 != ":" }
        let isPath = [".", "/", "~"].contains { text.hasPrefix($0) } || repository.hasSuffix("/")
        let isFile = repository.lowercased().hasSuffix(".gguf") && repository.count == text.count
        return !isPath && !isFile && repository.count { $0 == "/" } <= 1
    }

    private func notFound(also places: [String]) -> ModelError {
        .notFound(
            name: name, lookedIn: ["the path \(name)", "the model zoo"] + places,
            zoo: ((try? ZooEntry.all) ?? []).filter(\.hasWeights).map(\.name))
    }
}

extension HubError {
    /// Whether the name may be meant for something else than a hub's model, as that of a folder that is elsewhere.
    fileprivate var mayBeNoModel: Bool {
        switch self {
        case .repositoryNotFound, .unreachable: true
        case .offline(_, _, let missing): missing.isEmpty
        default: false
        }
    }
}
