import QuireCore

/// A plugin in a shared library that cannot be used.
public struct PluginFileError: UserError, Equatable {
    /// The library, as it was asked for.
    public let path: String
    public let problem: String

    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }

    public var kind: UserErrorKind { .unavailable }
    public var description: String { "the plugin \(path): \(problem)" }
}
