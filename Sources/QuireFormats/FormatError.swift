/// What is wrong with a file: which file, where in it, what was found and what was expected.
///
/// Files are untrusted, so every reader of this module throws this error and nothing else, and never traps.
public struct FormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the file at fault, as the caller gave it.
    public let file: String
    /// Where in the file: a byte offset, a field, or the name of a tensor.
    public let place: String
    /// What was found there and what was expected instead.
    public let problem: String

    public init(file: String, place: String, problem: String) {
        self.file = file
        self.place = place
        self.problem = problem
    }

    init(file: String, place: String, found: some CustomStringConvertible, expected: String) {
        self.init(file: file, place: place, problem: "found \(found), expected \(expected)")
    }

    public var description: String {
        place.isEmpty ? "\(file): \(problem)" : "\(file): \(place): \(problem)"
    }
}

/// A name that a file gave, quoted for a message: a hostile file must not flood a log or drive a terminal.
func quoted(_ name: String) -> String {
    let limit = 120
    var text = "'"
    for scalar in name.unicodeScalars.prefix(limit) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
            text += "\\u{\(String(scalar.value, radix: 16))}"
        default:
            text.unicodeScalars.append(scalar)
        }
    }
    return name.unicodeScalars.dropFirst(limit).isEmpty ? text + "'" : text + "…'"
}
