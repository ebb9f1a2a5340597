import Quire

/// A server that cannot be measured.
public struct LoadError: UserError {
    public let address: String
    public let problem: String

    public var kind: UserErrorKind { .unavailable }
    public var description: String { "\(address) \(problem)" }
}
