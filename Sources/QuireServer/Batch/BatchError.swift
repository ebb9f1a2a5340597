import Quire

/// A file of answers that cannot be used.
struct BatchError: UserError {
    let path: String
    let problem: String

    var kind: UserErrorKind { .unavailable }
    var description: String { "\(path) \(problem)" }
}
