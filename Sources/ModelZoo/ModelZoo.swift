import Foundation

/// Where the model zoo that ships with Quire lies: one folder per entry.
public enum ModelZoo {
    /// The entry that runs where no model is named.
    public static let defaultName = "quire-tiny"

    /// The folder of an entry, or `nil` where the zoo has none of this name.
    public static func directory(of name: String) -> String? {
        guard let root, !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
        let path = root + "/" + name
        return FileManager.default.fileExists(atPath: path + "/entry.json") ? path : nil
    }

    /// The names of all entries; none where the zoo's files are not with the program.
    public static var names: [String] {
        guard let root else { return [] }
        let found = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return found.filter { directory(of: $0) != nil }.sorted()
    }

    /// The zoo's folder: `QUIRE_MODEL_ZOO`, else where the program was built, where entries are written, else beside the
    /// program, where the package manager puts a copy. `Bundle.module` would end the process where there is none.
    public static let root: String? = {
        let bundle = "Quire_ModelZoo"
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let programs = [Bundle.main.executableURL, CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }]
        let beside = programs.compactMap { $0?.resolvingSymlinksInPath().deletingLastPathComponent().path }
        let candidates =
            [ProcessInfo.processInfo.environment["QUIRE_MODEL_ZOO"] ?? "", "\(source)/ModelZoo"]
            + beside.flatMap { ["\($0)/\(bundle).resources/ModelZoo", "\($0)/\(bundle).bundle/ModelZoo"] }
        return candidates.first { !$0.isEmpty && FileManager.default.fileExists(atPath: $0) }
    }()
}
