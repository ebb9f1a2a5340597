import Foundation
import QuireJSON
import Testing

@Suite("Reading JSON")
struct ReaderTests {
    static func parse(_ text: String, _ rules: JSONRules = JSONRules()) throws -> JSONValue {
        try JSONValue(parsing: text.utf8, rules: rules)
    }

    @Test("every kind of value is told from the others, and members keep their order")
    func kinds() throws {
        let value = try Self.parse(#" {"z": [null, true, false, 7, 2.5, "x", {}, []], "é": -1, "a": -0} "#)
        #expect(
            value
                == .object([
                    "z": .array([
                        .null, .bool(true), .bool(false), .int(7), .double(2.5), .string("x"), .object([:]), .array([]),
                    ]), "é": .int(-1), "a": .int(0),
                ]))
        #expect(value.objectValue?.keys == ["z", "é", "a"])
        #expect(value["é"]?.intValue == -1 && value["b"] == nil && value["z"]?.arrayValue?.count == 8)
        #expect(try Self.parse("[]")["a"] == nil)
    }

    @Test("numbers are whole where they can be, and never confused with truth values")
    func numbers() throws {
        #expect(try Self.parse("4.0").intValue == 4)
        #expect(try Self.parse("1e3").intValue == 1_000)
        #expect(try Self.parse("2.5").intValue == nil)
        #expect(try Self.parse("1e300").intValue == nil)
        #expect(try Self.parse("1e300").doubleValue == 1e300)
        #expect(try Self.parse("9223372036854775807").intValue == .max)
        #expect(try Self.parse("9223372036854775808") == .double(9_223_372_036_854_775_808))
        #expect(try Self.parse("3").doubleValue == 3)
        #expect(try Self.parse("1").boolValue == nil && (try Self.parse("true").intValue) == nil)
        #expect(try Self.parse("\"4\"").intValue == nil && (try Self.parse("null").stringValue) == nil)
    }

    @Test("escapes are the characters that they stand for")
    func escapes() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00 \u0000""#
        #expect(try Self.parse(text).stringValue == "\"\\/\u{8}\u{C}\n\r\té€😀 \0")
    }

    @Test("keys that Unicode holds for equal are different members")
    func canonicalEquivalence() throws {
        let value = try Self.parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}", JSONRules(duplicateKeys: .refused))
        #expect(value.objectValue?.count == 2 && value["\u{E9}"] == .int(1) && value["e\u{301}"] == .int(2))
    }

    @Test("of equal keys the last counts in the place of the first, or both are refused")
    func duplicates() throws {
        #expect(try Self.parse(#"{"a": 1, "b": 2, "a": 3}"#) == .object(["a": .int(3), "b": .int(2)]))
        #expect {
            try Self.parse(#"{"a": 1, "a": 3}"#, JSONRules(duplicateKeys: .refused))
        } throws: {
            "\($0)" == "at byte 9: found the key 'a' twice, expected unique keys"
        }
    }

    @Test("what is no JSON is refused with its place", arguments: Self.broken)
    func refusal(text: String, complaint: String) {
        #expect { try Self.parse(text) } throws: { "\($0)" == complaint }
    }

    static let broken: [(String, String)] = [
        ("", "at byte 0: found the end of the text, expected a JSON value"),
        ("{", "at byte 1: found the end of the text, expected a key in quotes"),
        ("[1", "at byte 2: found the end of the text, expected ',' or ']'"),
        ("[1,]", "at byte 3: found ']', expected a JSON value"),
        ("{\"a\" 1}", "at byte 5: found '1', expected ':' after the key 'a'"),
        ("{\"a\":1,}", "at byte 7: found '}', expected a key in quotes"),
        ("{a:1}", "at byte 1: found 'a', expected a key in quotes"),
        ("nul", "at byte 0: found 'n', expected 'null'"),
        ("1 2", "at byte 2: found '2', expected the end of the JSON text"),
        ("01", "at byte 1: found '1', expected the end of the JSON text"),
        ("-", "at byte 1: found the end of the text, expected a digit"),
        ("1.", "at byte 2: found the end of the text, expected a digit"),
        ("1e+", "at byte 3: found the end of the text, expected a digit"),
        ("+1", "at byte 0: found '+', expected a JSON value"),
        ("1e999", "at byte 0: found the number 1e999, expected a finite number"),
        ("{\"a\": NaN}", "at byte 6: found 'N', expected a JSON value"),
        ("\"\u{1}", "at byte 1: found byte 0x1, expected control characters to be escaped"),
        ("\"a", "at byte 2: found the end of the text, expected the end of the string"),
        (#""\x""#, #"at byte 1: found an unknown escape, expected one of \" \\ \/ \b \f \n \r \t \u"#),
        (#""\u12g4""#, "at byte 5: found 'g', expected a hexadecimal digit"),
        (#""\ud800""#, "at byte 1: found half of a surrogate pair, expected both halves"),
        (#""\ud800\u0041""#, "at byte 1: found half of a surrogate pair, expected both halves"),
        (#""\udc00""#, "at byte 1: found half of a surrogate pair, expected both halves"),
    ]

    @Test("bytes that are no UTF-8, and a byte-order mark, are refused")
    func badBytes() {
        for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xEF, 0xBB, 0xBF, 0x31]] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
        }
    }

    @Test("depth, values, digits and whole numbers have bounds")
    func bounds() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        let rules = JSONRules(largeIntegers: .refused, depth: 3, values: 5)
        #expect(throws: Never.self) { try Self.parse(nested(4), rules) }
        #expect(throws: JSONError(offset: 4, found: "nesting deeper than 3", expected: "at most 3 levels")) {
            try Self.parse(nested(5), rules)
        }
        #expect(throws: Never.self) { try Self.parse("[1,2,3,4]", rules) }
        #expect(throws: JSONError(offset: 9, found: "too many values", expected: "at most 5")) {
            try Self.parse("[1,2,3,4,5]", rules)
        }
        #expect(throws: JSONError.self) { try Self.parse("9223372036854775808", rules) }
        #expect(throws: JSONError.self) { try Self.parse(String(repeating: "1", count: 401)) }
        #expect(throws: JSONError.self) { try Self.parse(String(repeating: "[", count: 1_000_000)) }
    }
}
