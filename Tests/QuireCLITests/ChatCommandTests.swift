import Testing

@Suite("quire chat")
struct ChatCommandTests {
    @Test("answers lines from standard input, and remembers what was said")
    func answers() throws {
        let outcome = try QuireProcess.run(
            ["chat", "--max-tokens", "24"], input: "What is the capital of France?\n\nWhat is the capital of Japan?\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].contains("Paris") && lines[1].contains("Tokyo"), "\(outcome.output)")
    }

    @Test("an unknown template is refused with the names there are")
    func unknownTemplate() throws {
        let outcome = try QuireProcess.run(["chat", "--chat-template", "chatml"], input: "Hi\n")
        #expect(outcome.status == 64)
        #expect(
            outcome.errors.contains("'chatml'") && outcome.errors.contains("default, vicuna, plain"),
            "\(outcome.errors)")
    }
}
