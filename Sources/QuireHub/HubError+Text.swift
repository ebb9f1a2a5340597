extension HubError: CustomStringConvertible {
    /// Safe for a terminal, whatever a hub put into its names.
    public var description: String { HubText.printable(text) }

    private var text: String {
        switch self {
        case .invalidName(let kind, let name, let expected):
            "'\(name)' is no \(kind); expected \(expected)"
        case .invalidSetting(let name, let value, let expected):
            "\(name) is \(value); expected \(expected)"
        case .unsafePath(let repository, let path):
            "\(repository) names the file '\(path)', which could lead out of the model's folder; nothing of it is used"
        case .repositoryNotFound(let repository, let endpoint, let hasToken):
            "\(endpoint) has no model '\(repository)', or it is private"
                + (hasToken ? " and the token may not read it" : "; for a private one set HF_TOKEN")
        case .revisionNotFound(let repository, let revision):
            "\(repository) has no revision '\(revision)'; expected a branch, a tag or a commit"
        case .fileNotFound(let repository, let revision, let file, let known):
            "\(repository) has no file '\(file)' at revision \(revision); it has: \(Self.list(known))"
        case .noModel(let repository, let missing, let ggufFiles):
            "\(repository) has no \(missing)"
                + (ggufFiles.isEmpty
                    ? ", which a model needs"
                    : "; name one of its GGUF files, as in \(repository):\(ggufFiles[0]); there are: "
                        + Self.list(ggufFiles))
        case .invalidToken(let endpoint):
            "\(endpoint) does not accept the token in HF_TOKEN or in the token file; make a new one, or unset it"
        case .gated(let repository, let page, let hasToken):
            "\(repository) is gated: accept its terms at \(page)"
                + (hasToken ? " with the account that the token belongs to" : ", then set HF_TOKEN to your token")
        case .offline(let name, let lookedIn, let missing):
            "'\(name)' is not in \(lookedIn)"
                + (missing.isEmpty ? "" : " (missing: \(Self.list(missing)))")
                + ", and HF_HUB_OFFLINE forbids to download it"
        case .notCached(let name, let lookedIn, let missing):
            "'\(name)' is not in \(lookedIn)" + (missing.isEmpty ? "" : " (missing: \(Self.list(missing)))")
        case .unreachable(let address, let reason):
            "cannot reach \(address): \(reason)"
        case .rateLimited(let address, let retryAfter):
            "\(address) answers that there were too many requests"
                + (retryAfter.map { "; it asks to wait \($0) seconds" } ?? "; try again later, or set HF_TOKEN")
        case .serverError(let address, let status, _):
            "\(address) answers with status \(status); try again later"
        case .interrupted(let file, let received, let expected):
            "\(file) ended after \(received) of \(expected) bytes; pull again to go on from there"
        case .unexpectedResponse(let address, let problem):
            "\(address) \(problem)"
        case .corrupt(let file, let expected, let found):
            "\(file) arrived damaged and was removed: expected \(expected), found \(found)"
        case .diskFull(let folder, let needed, let free):
            "\(folder) has \(free) bytes free and \(needed) more are needed; free some, or set HF_HUB_CACHE"
        case .cache(let path, let reason):
            "\(path): \(reason)"
        }
    }

    private static func list(_ names: [String]) -> String {
        let shown = 12
        guard !names.isEmpty else { return "none" }
        let rest = names.count > shown ? " and \(names.count - shown) more" : ""
        return names.prefix(shown).joined(separator: ", ") + rest
    }
}
