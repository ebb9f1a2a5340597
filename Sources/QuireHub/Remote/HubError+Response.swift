import NIOHTTP1

/// What a request was about.
struct HubSubject {
    let repository: RepositoryID
    let revision: HubRevision
    let file: RepositoryPath?
    /// Files that there are instead.
    let known: [String]

    init(repository: RepositoryID, revision: HubRevision, file: RepositoryPath?, known: [String] = []) {
        self.repository = repository
        self.revision = revision
        self.file = file
        self.known = known
    }

    init(_ listing: RepositoryListing, _ file: RepositoryPath) {
        self.init(
            repository: listing.repository, revision: listing.revision, file: file,
            known: listing.files.map(\.path.description))
    }
}

extension HubError {
    /// What a refusal means: the hub says it by status, by `X-Error-Code`, and sometimes in words alone.
    init(_ response: HubTransport.Response, _ subject: HubSubject, _ settings: HubSettings) {
        let address = response.url.shortened
        let code = response.headers.first(name: HubHeader.errorCode) ?? ""
        let message = response.headers.first(name: HubHeader.errorMessage) ?? ""
        let endpoint = settings.endpoint.absoluteString
        let repository = subject.repository.description
        let hasToken = settings.token != nil
        let isOfHub = Origin(response.url) == Origin(settings.endpoint)
        let retryAfter = response.headers.first(name: "Retry-After").flatMap { Int($0) }.map { max(0, $0) }
        switch (response.status.code, code) {
        case (_, "GatedRepo"):
            self = .gated(repository: repository, page: "\(endpoint)/\(repository)", hasToken: hasToken)
        case (_, "RevisionNotFound"):
            self = .revisionNotFound(repository: repository, revision: subject.revision.description)
        case (_, "RepoNotFound"):
            self = .repositoryNotFound(repository: repository, endpoint: endpoint, hasToken: hasToken)
        case (401, _) where isOfHub && message.hasPrefix("Invalid credentials"):
            self = .invalidToken(endpoint: endpoint)
        case (401, _) where isOfHub:
            // The hub does not tell strangers whether a repository is private or is none.
            self = .repositoryNotFound(repository: repository, endpoint: endpoint, hasToken: hasToken)
        case (403, _) where isOfHub:
            self = .gated(repository: repository, page: "\(endpoint)/\(repository)", hasToken: hasToken)
        case (404, _):
            if let file = subject.file {
                self = .fileNotFound(
                    repository: repository, revision: subject.revision.description, file: file.description,
                    known: subject.known)
            } else {
                self = .repositoryNotFound(repository: repository, endpoint: endpoint, hasToken: hasToken)
            }
        case (429, _): self = .rateLimited(address: address, retryAfter: retryAfter)
        case (408, _), (500, _), (502, _), (503, _), (504, _):
            self = .serverError(address: address, status: Int(response.status.code), retryAfter: retryAfter)
        default:
            let words = message.isEmpty ? "" : " (\(message))"
            self = .unexpectedResponse(address: address, problem: "answers with status \(response.status.code)\(words)")
        }
    }
}
