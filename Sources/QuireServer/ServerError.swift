import Quire

/// An address that cannot be served at.
public struct ServerError: UserError {
    public let address: String
    public let reason: String

    public var kind: UserErrorKind { .unavailable }
    public var description: String { "cannot serve at \(address): \(reason)" }
}
