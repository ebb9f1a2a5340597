import QuireTemplates
import Testing

@Suite("Values for templates")
struct ValueTests {
    @Test("JSON keeps the order of keys, and whole numbers apart from others")
    func json() throws {
        let value = try TemplateValue(
            json: #" {"b": 1, "a": [1.0, -0, 1e2, "é\u00e9\ud83d\ude00\n"], "c": null, "b": true} "#.utf8)
        let members = try #require(value.dictionaryValue)
        #expect(members.keys == ["b", "a", "c"])
        #expect(value["b"] == .bool(true))
        #expect(value["a"] == .list([.float(1), .integer(0), .float(100), .string("éé😀\n")]))
        #expect(value["c"] == TemplateValue.none)
        #expect(value["d"] == nil)
    }

    @Test(
        "what is no JSON is refused with its place",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", "1e", "-", "tru", "\"a", "\"\\x\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2", "99999999999999999999", "[1", "nul", "+1", ".5",
        ])
    func badJSON(text: String) {
        #expect {
            try TemplateValue(json: text.utf8)
        } throws: { error in
            (error as? TemplateError)?.kind == .value && "\(error)".contains("byte")
        }
    }

    @Test("bytes that are not UTF-8 and deep nesting are refused")
    func hostileJSON() {
        #expect(throws: TemplateError.self) { try TemplateValue(json: [0x22, 0xFF, 0x22]) }
        #expect(throws: TemplateError.self) {
            try TemplateValue(json: (String(repeating: "[", count: 100_000)).utf8)
        }
    }

    @Test("keys are equal only where their characters are")
    func exactKeys() throws {
        let members: TemplateDictionary = ["\u{E9}": 1, "e\u{301}": 2]
        #expect(members.count == 2)
        #expect(
            try rendered("{{ d['\u{E9}'] }}{{ d['e\u{301}'] }}{{ d|length }}", ["d": .dictionary(members)]) == "122")
    }

    @Test("a variable that is none is defined, one that is left out is not")
    func noneAndUndefined() throws {
        let source = "{{ tools is defined }} {{ tools is none }} {{ documents is defined }}"
        #expect(try rendered(source, ["tools": nil]) == "True True False")
    }

    @Test("values that are nested too deeply are an error, not a crash")
    func deepValues() throws {
        var value: TemplateValue = 1
        for _ in 0..<500 { value = .list([value]) }
        #expect(try #require(failure("{{ v }}", ["v": value])).kind == .limit)
    }

    @Test("one template renders on many threads at once")
    func threads() async throws {
        let template = try ChatTemplate(
            source: "{% set n = namespace(s=0) %}{% for i in range(x) %}{% set n.s = n.s + i %}{% endfor %}{{ n.s }}")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for x in 0..<64 {
                group.addTask {
                    let sum = try template.render(["x": .integer(x)])
                    #expect(sum == "\(x * (x - 1) / 2)")
                }
            }
            try await group.waitForAll()
        }
    }
}
