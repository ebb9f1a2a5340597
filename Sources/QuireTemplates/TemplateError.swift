/// What went wrong with a template, where, and what Python calls such an error.
///
/// Templates and conversations are untrusted, so everything in this module throws this error and nothing else, and never
/// traps.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error; the raw value is the name under which Python raises it.
    public enum Kind: String, Sendable, CaseIterable {
        /// The template cannot be parsed.
        case syntax = "TemplateSyntaxError"
        /// The template can be parsed, but names something that does not exist.
        case assertion = "TemplateAssertionError"
        case runtime = "TemplateRuntimeError"
        case undefined = "UndefinedError"
        case security = "SecurityError"
        case filterArgument = "FilterArgumentError"
        /// The template called `raise_exception`.
        case raised = "TemplateError"
        case type = "TypeError"
        case value = "ValueError"
        case key = "KeyError"
        case index = "IndexError"
        case attribute = "AttributeError"
        case assertionFailed = "AssertionError"
        case overflow = "OverflowError"
        case zeroDivision = "ZeroDivisionError"
        /// A part of the language that Quire leaves out; Python has no such error.
        case unsupported = "UnsupportedError"
        /// A `TemplateLimits` was reached; Python has no such error.
        case limit = "LimitError"
    }

    public let kind: Kind
    /// What the template or Python says about it.
    public let message: String
    /// Where in the template; `nil` where the error has no place there.
    public internal(set) var position: TemplatePosition?

    public init(_ kind: Kind, _ message: String, at position: TemplatePosition? = nil) {
        self.kind = kind
        self.message = message
        self.position = position
    }

    /// Kind and message, as Python prints them: `UndefinedError: 'x' is undefined`.
    public var summary: String { message.isEmpty ? kind.rawValue : "\(kind.rawValue): \(message)" }

    public var description: String { position.map { "\($0): \(summary)" } ?? summary }
}

/// A place in a template.
public struct TemplatePosition: Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public let line: Int
    /// In Unicode scalars, from 1.
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public var description: String { "line \(line), column \(column)" }
}
