import Foundation

/// Where models come from and where they are kept; environment variables have the meaning they have for Hugging Face.
public struct HubSettings: Sendable {
    /// Such as `https://huggingface.co`; no slash at the end.
    public var endpoint: URL
    public var cache: HubCache
    /// Sent to the endpoint alone.
    public var token: String?
    /// Whether nothing may be downloaded.
    public var isOffline: Bool
    /// Files that are downloaded at once, at most.
    public var maxConcurrentFiles = 4
    public var retry = RetryPolicy()
    /// How long a server may say nothing.
    public var idleTimeout = Duration.seconds(60)

    public init(endpoint: URL, cache: HubCache, token: String? = nil, isOffline: Bool = false) {
        self.endpoint = endpoint
        self.cache = cache
        self.token = token
        self.isOffline = isOffline
    }

    /// Reads `HF_ENDPOINT`, `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, `HF_TOKEN`, `HF_TOKEN_PATH`, `HF_HUB_OFFLINE`.
    ///
    /// - Throws: `HubError.invalidSetting`.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(HubError) {
        let environment = environment.filter { !$0.value.isEmpty }
        let places = HubPlaces(environment: environment)
        self.init(
            endpoint: try Self.endpoint(environment["HF_ENDPOINT"] ?? "https://huggingface.co"),
            cache: HubCache(root: places.cache), token: try Self.token(environment["HF_TOKEN"], file: places.tokenFile),
            isOffline: ["1", "ON", "YES", "TRUE"].contains(environment["HF_HUB_OFFLINE"]?.uppercased()))
    }

    private static func endpoint(_ text: String) throws(HubError) -> URL {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let url = URL(string: trimmed), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false,
            url.query == nil, url.fragment == nil
        else {
            throw .invalidSetting(
                name: "HF_ENDPOINT", value: "'\(text)'", expected: "a URL such as https://huggingface.co")
        }
        return url
    }

    private static func token(_ text: String?, file: String) throws(HubError) -> String? {
        guard let found = text ?? (try? String(contentsOfFile: file, encoding: .utf8)) else { return nil }
        let token = found.trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            // It is a secret: it is not shown, not even a wrong one.
            throw .invalidSetting(
                name: text == nil ? file : "HF_TOKEN", value: "no token", expected: "one word of printable ASCII")
        }
        return token.isEmpty ? nil : token
    }
}

/// Files and folders that the environment names.
private struct HubPlaces {
    let cache: String
    let tokenFile: String

    init(environment: [String: String]) {
        let user = environment["HOME"] ?? NSHomeDirectory()
        func expanded(_ path: String) -> String { path.hasPrefix("~/") ? user + path.dropFirst(1) : path }
        let home =
            environment["HF_HOME"].map(expanded)
            ?? (environment["XDG_CACHE_HOME"].map(expanded) ?? user + "/.cache") + "/huggingface"
        cache = environment["HF_HUB_CACHE"].map(expanded) ?? home + "/hub"
        tokenFile = environment["HF_TOKEN_PATH"].map(expanded) ?? home + "/token"
    }
}
