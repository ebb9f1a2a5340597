/// Whose matter an error is; the command line turns it into an exit status.
public enum UserErrorKind: Sendable {
    /// The request or the options are wrong (64).
    case usage
    /// A file or its contents are wrong (65).
    case data
    /// Something needed is not there or too small (69).
    case unavailable
    /// A defect of ours or of a plugin (70).
    case `internal`
}

/// An error that people read: it names the place, the value found, and what would be valid.
public protocol UserError: Error, CustomStringConvertible, Sendable {
    var kind: UserErrorKind { get }
}
