import Foundation
import ModelZoo
import QuireCore

/// A model of the zoo: what it is, where its weights come from, and what it should say.
public struct ZooEntry: Codable, Sendable, Equatable {
    public let name: String
    /// The class in `config.json`.
    public let architecture: String
    public let description: String
    public let licence: String
    /// The hub repository of a published model; `nil` where the weights are the project's own.
    public var repository: String?
    public var revision: String?
    /// The published files of weights.
    public var files: [String]?
    /// Weight files, relative to the entry.
    public var weights: [String]?
    /// Text to try it with, or ids where it has no tokenizer.
    public var prompt: String?
    /// How a conversation is written: `template` is the model's own chat template, `vicuna`, or `plain` for none.
    public var promptForm: String?
    /// A file with prompts and the ids that another implementation gives for them.
    public var expected: String?
    /// What rounding the same weights costs in that implementation, by the type they are rounded to: the mean difference
    /// of the log-probabilities of the expected tokens, in nats.
    public var rounding: [String: Double]?
    public var parameters: Int?
    /// Bytes of its weights in the type that they are published in, shared ones once.
    public var memoryBytes: Int?

    enum CodingKeys: String, CodingKey {
        case name, architecture, description, licence, repository, revision, files, weights, prompt, expected, rounding
        case parameters
        case promptForm = "prompt_form"
        case memoryBytes = "memory_bytes"
    }

    public init(name: String, architecture: String, description: String, licence: String) {
        self.name = name
        self.architecture = architecture
        self.description = description
        self.licence = licence
    }

    /// - Throws: `ConfigurationError` that names the file.
    public init(directory: String) throws {
        let path = directory + "/entry.json"
        do {
            self = try JSONDecoder().decode(ZooEntry.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ConfigurationError(place: path, problem: "is not a zoo entry (\(error))")
        }
        guard name == directory.split(separator: "/").last.map(String.init) else {
            throw ConfigurationError(place: path, problem: "is named '\(name)'; expected its folder's name")
        }
    }

    /// All entries, by name.
    public static var all: [ZooEntry] {
        get throws {
            try ModelZoo.names.compactMap { try ModelZoo.directory(of: $0).map { try ZooEntry(directory: $0) } }
        }
    }

    /// The entries of these names, in the order of all; all where none are given.
    ///
    /// - Throws: `OptionError` for a name that the zoo does not have.
    public static func named(_ names: [String]) throws -> [ZooEntry] {
        let all = try ZooEntry.all
        for name in names where !all.contains(where: { $0.name == name }) {
            throw OptionError(
                name: "the zoo entry", value: "'\(name)'", expected: all.map(\.name).joined(separator: ", "))
        }
        return names.isEmpty ? all : all.filter { names.contains($0.name) }
    }
}
