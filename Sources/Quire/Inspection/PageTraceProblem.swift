import Foundation
import QuireJSON

/// Why a line could not be decoded, said with the field, the value found and what was expected.
struct PageTraceProblem {
    /// A step from a value into it.
    private enum Part {
        case field(String)
        case element(Int)
    }

    private let path: [Part]
    private let value: JSONValue
    private let place: String

    /// - Throws: where the line is not JSON at all, the error that says so.
    init(_ error: DecodingError, line: Data, place: String) throws(ConfigurationError) {
        value = try JSONValue(parsing: line, place: place)
        self.place = place
        let keys: [any CodingKey] =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            case .keyNotFound(let key, let context): context.codingPath + [key]
            @unknown default: []
            }
        let path = keys.map { key in key.intValue.map(Part.element) ?? .field(key.stringValue) }
        // The decoder does not say where a number is that no integer type holds.
        self.path = path.isEmpty ? Self.oddNumber(in: value, at: []) ?? [] : path
    }

    var error: ConfigurationError {
        let found = path.reduce(Optional(value), Self.follow).map { "is \($0.summary.printable)" } ?? "is missing"
        let field = path.isEmpty ? "the line" : "'\(fieldName)'"
        return ConfigurationError(place: place, problem: "\(field) \(found); expected \(expected)")
    }

    private var fieldName: String {
        path.reduce("") { name, part in
            switch part {
            case .element(let index): "\(name)[\(index)]"
            case .field(let field): name.isEmpty ? field : "\(name).\(field)"
            }
        }
    }

    private var expected: String {
        if path.isEmpty { return "an object" }
        var name = ""
        // Below a list's own name stand its elements, and below pairs their numbers.
        var depth = 0
        for part in path {
            switch part {
            case .field(let field): (name, depth) = (field, 0)
            case .element: depth += 1
            }
        }
        switch (name, depth) {
        case ("quire_pages", _): return "\(PageTrace.version), the version of the format that this program reads"
        case ("model", _), ("reason", _): return "a text"
        case ("ms", _): return "a number of at least 0"
        case ("blocks", 0), ("evictions", 0): return "a list of blocks"
        case ("finished", 0): return "a list of requests"
        case ("references", 0): return "a list of [block, count]"
        case ("references", 1): return "[block, count]"
        case ("copies", 0): return "a list of [source, target]"
        case ("copies", 1): return "[source, target]"
        case ("tables", 0), ("preemptions", 0), ("admitted", 0): return "a list of objects"
        case ("tables", 1), ("preemptions", 1), ("admitted", 1): return "an object"
        default: return "a whole number from 0 to \(PageTraceChecks.largestNumber)"
        }
    }

    // MARK: - Values

    private static func follow(_ value: JSONValue?, _ part: Part) -> JSONValue? {
        switch part {
        case .field(let name): return value?[name]
        case .element(let index):
            guard let list = value?.arrayValue, list.indices.contains(index) else { return nil }
            return list[index]
        }
    }

    /// Fields in which all numbers are whole.
    private static let wholeFields = [
        "quire_pages", "block_size", "total_blocks", "step", "tokens", "prompt_tokens", "running", "waiting", "free",
        "findable", "request", "branch", "computed", "cached_tokens", "blocks", "tables", "references", "copies",
        "evictions", "preemptions", "admitted", "finished",
    ]

    private static func oddNumber(in value: JSONValue, at path: [Part]) -> [Part]? {
        switch value {
        case .int(let number): return Int32(exactly: number) == nil ? path : nil
        case .double(let number): return Int32(exactly: number) == nil ? path : nil
        case .array(let values):
            for (index, element) in values.enumerated() {
                if let found = oddNumber(in: element, at: path + [.element(index)]) { return found }
            }
            return nil
        case .object(let members):
            for name in wholeFields {
                guard let member = members[name] else { continue }
                if let found = oddNumber(in: member, at: path + [.field(name)]) { return found }
            }
            return nil
        case .null, .bool, .string: return nil
        }
    }
}
