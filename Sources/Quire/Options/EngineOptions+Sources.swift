import Foundation
import QuireCore
import Yams

extension EngineOptions {
    /// Options from a configuration file, then the environment, then the command line; the later wins.
    ///
    /// - Parameters:
    ///   - file: YAML or JSON; a flat map from option names, in which `-` and `_` are alike, to values.
    ///   - flags: option names and their text.
    /// - Throws: `OptionError` or `ConfigurationError` that names the place.
    public init(file: String?, environment: [String: String], flags: [(name: String, value: String)]) throws {
        self.init()
        if let path = file ?? environment["QUIRE_CONFIG"] { try read(file: path) }
        for field in OptionField.all {
            if let value = environment[field.environmentName], !value.isEmpty {
                do {
                    try field.set(value, &self)
                } catch {
                    throw OptionError(name: field.environmentName, value: value, expected: error.expected)
                }
            }
        }
        for flag in flags {
            guard let field = OptionField.all.first(where: { $0.name == flag.name }) else {
                throw OptionError(name: flag.name, value: flag.value, expected: "a known option")
            }
            do {
                try field.set(flag.value, &self)
            } catch {
                throw OptionError(name: "--\(flag.name)", value: flag.value, expected: error.expected)
            }
        }
        try validate()
    }

    private mutating func read(file path: String) throws {
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
        for (key, value) in mapping { try set(key.string ?? "", value, path) }
    }

    private mutating func set(_ key: String, _ value: Node, _ path: String) throws {
        let name = key.replacing("_", with: "-")
        // `attention: {backend: reference}` is the same as `attention-backend: reference`.
        if let nested = value.mapping {
            for (inner, value) in nested { try set("\(name)-\(inner.string ?? "")", value, path) }
            return
        }
        guard let field = OptionField.all.first(where: { $0.name == name }) else {
            let known = OptionField.all.map(\.name).joined(separator: ", ")
            throw ConfigurationError(place: path, problem: "has an unknown option '\(key)'; known: \(known)")
        }
        guard let text = value.scalar?.string else {
            throw ConfigurationError(place: path, problem: "'\(key)' needs one value")
        }
        do {
            try field.set(text, &self)
        } catch {
            throw ConfigurationError(place: path, problem: "'\(key)' is \(text); expected \(error.expected)")
        }
    }
}
