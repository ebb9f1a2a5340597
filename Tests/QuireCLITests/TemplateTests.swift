import Foundation
import Testing

@Suite("quire template")
struct TemplateTests {
    @Test("a line of output per line of input, errors included")
    func renders() throws {
        let folder = TemporaryDirectory()
        let template = try folder.write(
            "t.jinja",
            "{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}\n{{ strftime_now('%d.%m.%Y') }}"
                + "{{ tools[0].a.b if tools }}{{ extra }}")
        let input = try folder.write(
            "cases.jsonl",
            """
            {"messages": [{"content": "a\\"\\u00e9"}], "eos_token": "</s>", "now": "2024-07-26 12:00:00", "extra": 1.0}

            {"messages": [], "tools": [{}], "now": "2024-07-26"}
            """)
        let outcome = try QuireProcess.run(["template", template, "--input", input])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.output == """
                {"output":"a\\"é</s>26.07.20241.0"}
                {"error":"UndefinedError: 'dict object' has no attribute 'a'"}

                """)
        #expect(outcome.errors.contains("cases.jsonl line 3") && outcome.errors.contains("line 2, column"))
    }

    @Test("a template with a mistake ends with its place, before anything is printed")
    func mistake() throws {
        let folder = TemporaryDirectory()
        let template = try folder.write("t.jinja", "a\n{{ b + }}")
        let input = try folder.write("cases.jsonl", "{}\n")
        let outcome = try QuireProcess.run(["template", template, "--input", input])
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("t.jinja") && outcome.errors.contains("line 2, column 8"), "\(outcome.errors)")
    }

    @Test("input that is no object, a time that is none, and files that are missing are said")
    func badInput() throws {
        let folder = TemporaryDirectory()
        let template = try folder.write("t.jinja", "{{ a }}")
        for (text, says) in [("{}\n[1]", "line 2"), ("{\"a\": }", "byte 6"), ("{\"now\": \"noon\"}", "'now'")] {
            let input = try folder.write("cases.jsonl", text)
            let outcome = try QuireProcess.run(["template", template, "--input", input])
            #expect(
                outcome.status == 65 && outcome.output.isEmpty && outcome.errors.contains(says), "\(outcome.errors)")
        }
        let missing = try QuireProcess.run(["template", template, "--input", "/no/such/file"])
        #expect(missing.status == 65 && missing.errors.contains("/no/such/file"))
        let input = try folder.write("cases.jsonl", "{}")
        let noTemplate = try QuireProcess.run(["template", "/no/such/template", "--input", input])
        #expect(noTemplate.status == 65 && noTemplate.errors.contains("/no/such/template"))
    }
}
