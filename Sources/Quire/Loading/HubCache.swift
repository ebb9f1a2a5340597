import Foundation

/// The local Hugging Face cache, in its standard layout (`models--org--name/refs`, `snapshots`).
struct HubCache {
    let root: String

    init(environment: [String: String]) {
        if let cache = environment["HF_HUB_CACHE"], !cache.isEmpty {
            root = cache
        } else if let home = environment["HF_HOME"], !home.isEmpty {
            root = home + "/hub"
        } else {
            root = (environment["HOME"] ?? "~") + "/.cache/huggingface/hub"
        }
    }

    func folder(of repository: String) -> String {
        root + "/models--" + repository.replacing("/", with: "--")
    }

    /// The files of a repository's revision, or `nil` where the cache has none.
    func snapshot(of repository: String, revision: String = "main") -> String? {
        let folder = folder(of: repository)
        guard let commit = try? String(contentsOfFile: "\(folder)/refs/\(revision)", encoding: .utf8) else {
            return nil
        }
        let name = commit.filter { !$0.isWhitespace }
        // A commit is hexadecimal; anything else could lead out of the cache.
        guard !name.isEmpty, name.allSatisfy(\.isHexDigit) else { return nil }
        let path = "\(folder)/snapshots/\(name)"
        return FileManager.default.fileExists(atPath: path + "/config.json") ? path : nil
    }
}
