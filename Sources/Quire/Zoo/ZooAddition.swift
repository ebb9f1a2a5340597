import Foundation
import ModelZoo
import QuireCore
import QuireFormats
import QuireHub

/// A new entry of the zoo, made from a model.
///
/// A hub's model is named, with the commit that it has now; a small local one is copied, a large one linked to. It has no
/// expectations: those come from another implementation, never from what is to be tested.
public struct ZooAddition {
    public let name: String
    public let model: String
    public var revision: String?
    public var prompt: String?
    public var description: String?
    public var licence: String?
    /// Whether local files are linked to rather than copied.
    public var linksFiles = false

    /// Bytes of files that are copied at most.
    static let maximumCopiedBytes = 12 << 20

    /// - Parameter model: a directory, a `.gguf` file, or a hub id.
    public init(name: String, model: String) {
        self.name = name
        self.model = model
    }

    /// Makes the entry's folder, whole or not at all.
    ///
    /// - Returns: its path.
    /// - Throws: `OptionError` for a name that is taken or is none and for a model that is too large to copy; `ModelError`,
    ///   `HubError` or `FormatError` for a model that cannot be read.
    public func write() throws -> String {
        let folder = try newFolder()
        // Hidden, so that it is no entry before it is whole.
        let url = URL(fileURLWithPath: folder)
        let partial = url.deletingLastPathComponent().path + "/.\(name).partial"
        try? FileManager.default.removeItem(atPath: partial)
        do {
            try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
            let entry = try entry(copyingInto: partial)
            try entry.text.write(toFile: partial + "/entry.json", atomically: true, encoding: .utf8)
            try FileManager.default.moveItem(atPath: partial, toPath: folder)
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            if error is any UserError { throw error }
            throw ModelError.unreadable(path: folder, reason: (error as NSError).localizedDescription)
        }
        return folder
    }

    private func newFolder() throws -> String {
        let isWord = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard isWord, (1...96).contains(name.count), name.first.map({ $0.isLetter || $0.isNumber }) == true
        else {
            throw OptionError(
                name: "the entry's name", value: "'\(name)'",
                expected: "letters, digits, '-', '_' and '.', a letter or a digit first")
        }
        guard let root = ModelZoo.root else {
            throw OptionError(name: "QUIRE_MODEL_ZOO", value: "not set", expected: "a folder for entries")
        }
        let folder = "\(root)/\(name)"
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw OptionError(name: "the entry's name", value: "'\(name)'", expected: "a new one; \(folder) is there")
        }
        return folder
    }

    private func entry(copyingInto folder: String) throws -> ZooEntry {
        let (location, commit) = try find()
        let architecture = try Self.architecture(at: location)
        var entry = ZooEntry(
            name: name, architecture: architecture,
            description: description ?? "a model of the class \(architecture)", licence: licence ?? "not stated")
        entry.prompt = prompt
        if let commit {
            entry.repository = model
            entry.revision = commit
        } else {
            let files = try ModelFileList(location)
            try copy(files, into: folder)
            entry.weights = files.weights.map { URL(fileURLWithPath: $0).lastPathComponent }
            entry.memoryBytes = files.weightBytes
        }
        return entry
    }

    /// Where the model's configuration is, and the commit of a hub's model.
    private func find() throws -> (ModelLocation, commit: String?) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: model, isDirectory: &isDirectory) {
            if let revision { throw OptionError(name: "--revision", value: revision, expected: "a hub id beside it") }
            return (isDirectory.boolValue ? .directory(model) : .gguf(model), nil)
        }
        if ModelZoo.directory(of: model) != nil {
            throw OptionError(name: "--model", value: model, expected: "a model that is no entry of the zoo yet")
        }
        // Of a hub's model that is not there nothing but its configuration is needed.
        let whole = try? cached(.everything)
        let location = try ModelLocation(
            finding: model, revision: revision, parts: whole == nil ? .withoutWeights : .everything)
        return (location, try (whole ?? cached(.withoutWeights))?.commit ?? revision ?? "main")
    }

    private func cached(_ parts: ModelParts) throws -> CachedModel? {
        let reference = try HubReference(model, revision: revision)
        guard case .found(let found) = try HubSettings().cache.lookup(reference, parts: parts) else { return nil }
        return found
    }

    private static func architecture(at location: ModelLocation) throws -> String {
        if case .directory(let path) = location {
            let config = try ModelDirectory(path: path).config()
            return try config.architectures.first ?? "unknown"
        }
        let model = try GGUFModel(GGUFFile(path: location.path), registry: PluginRegistry(bundledPlugins))
        return model.architecture.names.first ?? "unknown"
    }

    private func copy(_ files: ModelFileList, into folder: String) throws {
        let bytes = files.all.reduce(0) { $0 + Self.size(of: $1) }
        guard linksFiles || bytes <= Self.maximumCopiedBytes else {
            throw OptionError(
                name: "--model", value: "\(model), \(ByteCount(bytes))",
                expected: "at most \(ByteCount(Self.maximumCopiedBytes)) to copy, or --link to link to its files")
        }
        for path in files.all {
            let source = URL(fileURLWithPath: path)
            let target = "\(folder)/\(source.lastPathComponent)"
            if linksFiles {
                try FileManager.default.createSymbolicLink(
                    atPath: target, withDestinationPath: source.resolvingSymlinksInPath().path)
            } else {
                try FileManager.default.copyItem(atPath: source.resolvingSymlinksInPath().path, toPath: target)
            }
        }
    }

    private static func size(of path: String) -> Int {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        return (try? FileManager.default.attributesOfItem(atPath: file))?[.size] as? Int ?? 0
    }
}
