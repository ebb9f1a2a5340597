import Logging

/// The models of a Hugging Face hub, and of the local cache of what came from it.
public struct Hub: Sendable {
    public let settings: HubSettings
    private let logger: Logger

    public init(settings: HubSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Brings a model's files into the cache, as far as they are not there; asks the hub what the revision means now.
    ///
    /// - Parameters:
    ///   - parts: what is needed of it.
    ///   - onProgress: called from any thread, often.
    /// - Throws: `HubError`, `CancellationError`; what has arrived stays, and another pull goes on from there.
    public func pull(
        _ reference: HubReference, parts: ModelParts = .everything,
        onProgress: (@Sendable (PullProgress) -> Void)? = nil
    ) async throws -> PulledModel {
        if settings.isOffline { throw offline(reference, missing: []) }
        return try await HubClient.with(settings, logger: logger) { client in
            let pull = ModelPull(
                client: client, settings: settings, reference: reference, parts: parts,
                meter: ProgressMeter(onProgress),
                logger: logger)
            return try await pull.run()
        }
    }

    /// The path of a model: from the cache, and only if files are missing there from the hub.
    ///
    /// - Throws: `HubError`, `CancellationError`.
    public func path(
        of reference: HubReference, parts: ModelParts = .everything,
        onProgress: (@Sendable (PullProgress) -> Void)? = nil
    ) async throws -> String {
        switch settings.cache.lookup(reference, parts: parts) {
        case .found(let model): return model.path
        case .incomplete(let missing):
            if settings.isOffline { throw offline(reference, missing: missing) }
            logger.notice("downloading \(reference) from \(settings.endpoint)")
            return try await pull(reference, parts: parts, onProgress: onProgress).path
        }
    }

    private func offline(_ reference: HubReference, missing: [String]) -> HubError {
        .offline(
            name: reference.description, lookedIn: settings.cache.folder(of: reference.repository), missing: missing)
    }
}
