import Foundation

/// Where the model zoo that ships with Quire lies: one folder per entry.
public enum ModelZoo {
    /// The folder of an entry, or `nil` where the zoo has none of this name.
    public static func directory(of name: String) -> String? {
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
        let path = root + "/" + name
        return FileManager.default.fileExists(atPath: path + "/entry.json") ? path : nil
    }

    /// The names of all entries.
    public static var names: [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return found.filter { directory(of: $0) != nil }.sorted()
    }

    /// The entry that runs where no model is named.
    public static let defaultName = "quire-tiny"

    private static var root: String { Bundle.module.bundlePath }
}
