import Foundation
import ModelZoo
import QuireCore

/// A model of the zoo: what it is, where its weights come from, and what it should say.
public struct ZooEntry: Codable, Sendable {
    public let name: String
    public let architecture: String
    public let description: String
    public let licence: String
    /// The hub repository of a published model; `nil` where the weights are the project's own.
    public let repository: String?
    public let revision: String?
    /// Text to try it with.
    public let prompt: String
    /// How a conversation is written: `vicuna` or `plain`.
    public let promptForm: String?
    /// Weight files, relative to the entry.
    public let weights: [String]?
    /// A file with prompts and the ids that another implementation gives for them.
    public let expected: String?
    /// Bytes of its weights.
    public let memoryBytes: Int?

    enum CodingKeys: String, CodingKey {
        case name, architecture, description, licence, repository, revision, prompt, weights, expected
        case promptForm = "prompt_form"
        case memoryBytes = "memory_bytes"
    }

    /// - Throws: `ConfigurationError` that names the file.
    public init(directory: String) throws {
        let path = directory + "/entry.json"
        do {
            self = try JSONDecoder().decode(ZooEntry.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ConfigurationError(place: path, problem: "is not a zoo entry (\(error))")
        }
    }

    /// All entries, by name.
    public static var all: [ZooEntry] {
        get throws {
            try ModelZoo.names.compactMap { try ModelZoo.directory(of: $0).map { try ZooEntry(directory: $0) } }
        }
    }
}

/// A prompt and what another implementation says to it, greedily.
public struct ExpectedContinuation: Codable, Sendable {
    public let prompt: String
    public let promptTokenIDs: [TokenID]
    public let tokenIDs: [TokenID]
    public let logprobs: [Double]
    /// By how much the best logit beat the second, at each token.
    public let margins: [Double]

    enum CodingKeys: String, CodingKey {
        case prompt, logprobs, margins
        case promptTokenIDs = "prompt_token_ids"
        case tokenIDs = "token_ids"
    }

    /// - Throws: `ConfigurationError` that names the file.
    public static func read(_ path: String) throws -> [ExpectedContinuation] {
        do {
            return try JSONDecoder().decode(
                [ExpectedContinuation].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ConfigurationError(place: path, problem: "is not a list of expected continuations (\(error))")
        }
    }
}
