import Foundation
import QuireJSON
import Testing

@Suite("Writing JSON")
struct WriterTests {
    @Test("a document is one line without spaces, with its members in order")
    func text() {
        let value = JSONValue.members([
            ("b", .array([.null, .bool(true), .int(-3), .double(0.5), .ids([1, 2])])), ("a", .string("x\"\\\n\u{1}é")),
            ("n", .double(.nan)),
        ])
        #expect(value.text == #"{"b":[null,true,-3,0.5,[1,2]],"a":"x\"\\\n\u0001é","n":null}"#)
    }

    @Test("characters beyond ASCII can be escaped")
    func escapes() {
        var text = ""
        text.appendJSON("é😀", escapesNonASCII: true)
        #expect(text == #""\u00e9\ud83d\ude00""#)
    }

    @Test("a value in a few words")
    func summaries() {
        let long = String(repeating: "ab", count: 50)
        let values: [JSONValue] = [
            .null, .bool(false), .int(1), .double(1.5), .string("x"), .array([.null]), .object([:]), .string(long),
        ]
        let summaries = ["null", "false", "1", "1.5", "\"x\"", "a list of 1", "an object", "\"\(long.prefix(60))…\""]
        #expect(values.map(\.summary) == summaries)
    }
}
