import QuireTemplates
import Testing

@Suite("Errors say where they are")
struct SyntaxErrorTests {
    /// A template, and the error with its place.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let source: String
        let kind: TemplateError.Kind
        let line: Int
        let column: Int
        let says: String
        var testDescription: String { source.debugDescription }

        init(_ source: String, _ kind: TemplateError.Kind, _ line: Int, _ column: Int, _ says: String) {
            self.source = source
            self.kind = kind
            self.line = line
            self.column = column
            self.says = says
        }
    }

    static let mistakes: [Mistake] = [
        Mistake("a\n  {{ x + }}", .syntax, 2, 10, "unexpected 'end of print statement'"),
        Mistake("{% if x %}\n\n{{ y }", .syntax, 3, 6, "unexpected '}'"),
        Mistake("{% if x %}\nabc", .syntax, 2, 4, "'elif' or 'else' or 'endif'"),
        Mistake("a\r\nb\rc {% frob %}", .syntax, 3, 6, "unknown tag 'frob'"),
        Mistake("{% if x %}{% for x in y %}{% endif %}", .syntax, 1, 30, "nesting mistake"),
        Mistake("é {{ 'abc }}", .syntax, 1, 6, "unexpected char"),
        Mistake("{{ a $ b }}", .syntax, 1, 6, "unexpected char '$' at 5"),
        Mistake("{{ '\\x4' }}", .syntax, 1, 8, "truncated escape"),
        Mistake("{{ '\\ud800' }}", .syntax, 1, 7, "no character"),
        Mistake("{# open", .syntax, 1, 1, "Missing end of comment tag"),
        Mistake("x\n{% raw %} open", .syntax, 2, 1, "Missing end of raw directive"),
        Mistake("{{ 99999999999999999999 }}", .syntax, 1, 4, "64 bits"),
        Mistake("{% for x in y %}\n{% set loop = 1 %}{% endfor %}", .assertion, 2, 8, "special loop variable"),
        Mistake("ab {{ x | nope }}", .assertion, 1, 11, "No filter named 'nope'."),
        Mistake("{{ x is nope }}", .assertion, 1, 6, "No test named 'nope'."),
        Mistake("{% block a %}{% endblock %}\n{% block a %}{% endblock %}", .assertion, 2, 4, "defined twice"),
        Mistake("\n {% include 'x' %}", .unsupported, 2, 5, "'include' is not supported"),
        Mistake("{% import 'x' as y %}", .unsupported, 1, 4, "'import' is not supported"),
        Mistake("{{ x.y }}", .undefined, 1, 5, "'x' is undefined"),
        Mistake("line\n{% if true %}\n  {{ 'a' + 1 }}{% endif %}", .type, 3, 10, "can only concatenate str"),
        Mistake("{{ 1 }}{{ f(1 / 0) }}", .zeroDivision, 1, 15, "by zero"),
        Mistake("{% macro m() %}\n{{ 1 // 0 }}{% endmacro %}{{ m() }}", .zeroDivision, 2, 6, "by zero"),
        Mistake("{{ raise_exception('no') }}", .raised, 1, 19, "no"),
        Mistake("{% for a, b in [1] %}{% endfor %}", .type, 1, 4, "cannot unpack"),
        Mistake("{{ lipsum() }}", .unsupported, 1, 10, "lipsum is not supported"),
        Mistake("{{ 'x'|urlize }}", .unsupported, 1, 8, "'urlize' is not supported"),
        Mistake("{{ [].append(1) }}", .security, 1, 13, "'append' of 'list' object is unsafe"),
        Mistake("{{ 9223372036854775807 + 1 }}", .overflow, 1, 24, "64 bits"),
    ]

    @Test("line and column", arguments: mistakes)
    func place(mistake: Mistake) throws {
        let error = try #require(failure(mistake.source))
        #expect(error.kind == mistake.kind)
        #expect(error.position == TemplatePosition(line: mistake.line, column: mistake.column), "\(error)")
        #expect(error.message.contains(mistake.says), "\(error)")
        #expect(error.description.hasPrefix("line \(mistake.line), column \(mistake.column): \(error.kind.rawValue)"))
    }

    @Test("an undefined variable is named where it is used, not where it is read")
    func undefinedUse() throws {
        let error = try #require(failure("{% set x = missing %}\n{{ x }}\n{{ x.y }}"))
        #expect(error.summary == "UndefinedError: 'missing' is undefined")
        #expect(error.position?.line == 3)
    }
}
