/// What goes wrong between a model's name and its files.
public enum HubError: Error, Equatable, Sendable {
    case invalidName(kind: String, name: String, expected: String)
    case invalidSetting(name: String, value: String, expected: String)
    /// The hub lists, or an index names, a path that could lead out of its folder.
    case unsafePath(repository: String, path: String)
    case repositoryNotFound(repository: String, endpoint: String, hasToken: Bool)
    case revisionNotFound(repository: String, revision: String)
    case fileNotFound(repository: String, revision: String, file: String, known: [String])
    /// The repository has nothing that Quire loads by its name alone.
    case noModel(repository: String, missing: String, ggufFiles: [String])
    case invalidToken(endpoint: String)
    case gated(repository: String, page: String, hasToken: Bool)
    case offline(name: String, lookedIn: String, missing: [String])
    case notCached(name: String, lookedIn: String, missing: [String])
    case unreachable(address: String, reason: String)
    case rateLimited(address: String, retryAfter: Int?)
    case serverError(address: String, status: Int, retryAfter: Int?)
    /// A file's bytes ended too early.
    case interrupted(file: String, received: Int, expected: Int)
    case unexpectedResponse(address: String, problem: String)
    case corrupt(file: String, expected: String, found: String)
    case diskFull(folder: String, needed: Int, free: Int)
    case cache(path: String, reason: String)

    /// Whether asking again later may help.
    var isTransient: Bool {
        switch self {
        case .unreachable, .rateLimited, .serverError, .interrupted: true
        default: false
        }
    }

    /// Seconds that the hub asks to wait.
    var retryAfter: Int? {
        switch self {
        case .rateLimited(_, let seconds), .serverError(_, _, let seconds): seconds
        default: nil
        }
    }
}
