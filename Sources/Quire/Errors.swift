@_exported import QuireCore
import QuireFormats
import QuireHub
import QuireTokenizers

// Files come from users, so what is wrong with them is said to users.
extension FormatError: UserError { public var kind: UserErrorKind { .data } }
extension TokenizerError: UserError { public var kind: UserErrorKind { .data } }

extension HubError: UserError {
    public var kind: UserErrorKind {
        switch self {
        case .invalidName, .invalidSetting: .usage
        case .unsafePath, .unexpectedResponse, .corrupt: .data
        default: .unavailable
        }
    }
}

/// A model that cannot be found or loaded.
public enum ModelError: UserError, Equatable {
    case notFound(name: String, lookedIn: [String], zoo: [String])
    case unreadable(path: String, reason: String)
    case missingFile(name: String, directory: String)
    case backend(kind: String, name: String, objections: [String])
    case noTokenizer(model: String, lookedFor: [String])
    case vocabularyMismatch(tokenizer: Int, model: Int, place: String)
    case alreadyQuantized(place: String, weight: String, type: String)
    case maxModelLength(asked: Int, limit: Int, reason: String)

    public var kind: UserErrorKind {
        switch self {
        case .notFound: .unavailable
        case .backend, .noTokenizer, .alreadyQuantized, .maxModelLength: .usage
        case .unreadable, .missingFile, .vocabularyMismatch: .data
        }
    }

    public var description: String {
        switch self {
        case .notFound(let name, let lookedIn, let zoo):
            "no model '\(name)'; looked for \(lookedIn.joined(separator: ", ")); "
                + "zoo entries with weights: \(zoo.joined(separator: ", "))"
        case .unreadable(let path, let reason):
            "cannot read \(path): \(reason)"
        case .missingFile(let name, let directory):
            "\(directory) has no \(name), which a model directory needs"
        case .backend(let kind, let name, let objections):
            "the \(kind) '\(name)' cannot serve this model: \(objections.joined(separator: "; "))"
        case .noTokenizer(let model, let lookedFor):
            "\(model) has no tokenizer (looked for \(lookedFor.joined(separator: ", "))); "
                + "give token ids with --prompt-token-ids"
        case .vocabularyMismatch(let tokenizer, let model, let place):
            "\(place): the tokenizer has \(tokenizer) ids and the model's vocabulary \(model); "
                + "the tokenizer's must not be larger"
        case .alreadyQuantized(let place, let weight, let type):
            "\(place) is quantised already: '\(weight)' is stored as \(type); to quantise, give a model whose weights are "
                + "f32, bf16 or f16"
        case .maxModelLength(let asked, let limit, let reason):
            "max_model_len is \(asked); at most \(limit) is possible (\(reason))"
        }
    }
}
