import Foundation
import QuireCore
import Yams

extension NamedOptions {
    /// Options from a configuration file, then the environment, then the command line; the later wins.
    ///
    /// - Parameters:
    ///   - file: YAML or JSON; a flat map from option names, in which `-` and `_` are alike, to values.
    ///   - flags: option names and their text.
    ///   - foreign: names that a file may have for others to read.
    /// - Throws: `OptionError` or `ConfigurationError` that names the place.
    public init(
        file: String?, environment: [String: String], flags: [(name: String, value: String)], foreign: [String] = []
    ) throws {
        self.init()
        if let path = file ?? environment["QUIRE_CONFIG"] { try read(OptionFile(path: path), foreign) }
        for field in Self.fields {
            if let value = environment[field.environmentName], !value.isEmpty {
                do {
                    field.clear?(&self)
                    try field.set(value, &self)
                } catch {
                    throw OptionError(name: field.environmentName, value: value, expected: error.expected)
                }
            }
        }
        var cleared: Set<String> = []
        for flag in flags {
            guard let field = Self.fields.first(where: { $0.name == flag.name }) else {
                throw OptionError(name: flag.name, value: flag.value, expected: "a known option")
            }
            do {
                if cleared.insert(field.name).inserted { field.clear?(&self) }
                try field.set(flag.value, &self)
            } catch {
                throw OptionError(name: "--\(flag.name)", value: flag.value, expected: error.expected)
            }
        }
        try validate()
    }

    private mutating func read(_ file: OptionFile, _ foreign: [String]) throws(ConfigurationError) {
        for entry in file.entries where !foreign.contains(entry.name) {
            guard let field = Self.fields.first(where: { $0.names.contains(entry.name) }) else {
                let known = (Self.fields.map(\.name) + foreign).joined(separator: ", ")
                throw ConfigurationError(
                    place: file.path, problem: "has an unknown option '\(entry.key)'; known: \(known)")
            }
            guard entry.texts.count == 1 || field.clear != nil else {
                throw ConfigurationError(place: file.path, problem: "'\(entry.key)' needs one value")
            }
            for text in entry.texts {
                do {
                    try field.set(text, &self)
                } catch {
                    throw ConfigurationError(
                        place: file.path, problem: "'\(entry.key)' is \(text); expected \(error.expected)")
                }
            }
        }
    }
}

/// A configuration file, as names and texts.
struct OptionFile {
    struct Entry {
        /// As it stands in the file.
        let key: String
        /// The option's name.
        let name: String
        /// Several where the file has a list.
        let texts: [String]
    }

    let path: String
    private(set) var entries: [Entry] = []

    init(path: String) throws {
        self.path = path
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError(place: path, problem: "is neither YAML nor JSON (\(error))")
        }
        guard let node else { return }
        guard let mapping = node.mapping else {
            throw ConfigurationError(place: path, problem: "is not a map from option names to values")
        }
        for (key, value) in mapping { try add(key.string ?? "", value) }
    }

    private mutating func add(_ key: String, _ value: Node) throws(ConfigurationError) {
        let name = key.replacing("_", with: "-")
        // `attention: {backend: reference}` is the same as `attention-backend: reference`.
        if let nested = value.mapping {
            for (inner, value) in nested { try add("\(name)-\(inner.string ?? "")", value) }
            return
        }
        let texts = value.sequence.map { $0.map(\.scalar?.string) } ?? [value.scalar?.string]
        let known = texts.compactMap(\.self)
        guard known.count == texts.count else {
            throw ConfigurationError(place: path, problem: "'\(key)' needs one value")
        }
        entries.append(Entry(key: key, name: name, texts: known))
    }
}
