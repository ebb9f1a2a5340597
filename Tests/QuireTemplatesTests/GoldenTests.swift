import Foundation
import QuireTemplates
import Testing

/// Templates of our own, with what jinja2 makes of them; `Tests/Tools/make_template_goldens.py` writes the files.
@Suite("Same texts and errors as jinja2 with transformers' settings")
struct GoldenTests {
    @Test("templates for every statement, filter, test and method")
    func features() throws {
        let lines = try Repository.jsonLines(Repository.fixtures.appending(path: "features.jsonl"))
        let variables = try #require(lines.first?["variables"]?.dictionaryValue)
        #expect(lines.count > 1_000)
        for row in lines.dropFirst() {
            let source = try #require(row["template"]?.stringValue)
            let result = outcome(source, variables)
            #expect(Self.isSame(result.output, row["output"]), "\(source)")
            #expect(Self.isSame(result.error, row["error"]), "\(source)")
        }
    }

    @Test("3,000 random expressions: the same texts, and the same kinds of errors")
    func expressions() throws {
        let lines = try Repository.jsonLines(Repository.fixtures.appending(path: "expressions.jsonl"))
        let variables = try #require(lines.first?["variables"]?.dictionaryValue)
        #expect(lines.count == 3_001)
        for row in lines.dropFirst() {
            let source = try #require(row["template"]?.stringValue)
            let result = outcome(source, variables)
            let kind = result.error.map { String($0.prefix { $0 != ":" }) }
            #expect(Self.isSame(result.output, row["output"]), "\(source)")
            #expect(Self.isSame(kind, row["error"]), "\(source)")
        }
    }

    @Test("chat templates with conversations, tools and documents")
    func chats() throws {
        let lines = try Repository.jsonLines(Repository.fixtures.appending(path: "chats.jsonl"))
        let head = try #require(lines.first)
        #expect(lines.count > 90)
        for row in lines.dropFirst() {
            let name = try #require(row["template"]?.stringValue)
            let caseName = try #require(row["case"]?.stringValue)
            let source = try #require(head["templates"]?[name]?.stringValue)
            let variables = try #require(head["cases"]?[caseName]?.dictionaryValue)
            let result = outcome(source, variables)
            #expect(Self.isSame(result.output, row["output"]), "\(name) \(caseName)")
            #expect(Self.isSame(result.error, row["error"]), "\(name) \(caseName)")
        }
    }

    /// Texts are compared as bytes: `==` of strings would take é for e and an accent.
    private static func isSame(_ text: String?, _ expected: TemplateValue?) -> Bool {
        text.map { Array($0.utf8) } == expected?.stringValue.map { Array($0.utf8) }
    }
}
