import QuireCore
import Testing

@Suite("JSON documents")
struct JSONValueTests {
    static func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: text.utf8, place: "file") }

    @Test("every kind of value is told from the others")
    func kinds() throws {
        let value = try Self.parse(#"{"a": [null, true, 7, 2.5, "x", {}], "é": -1}"#)
        #expect(
            value
                == .object([
                    "a": .array([.null, .bool(true), .int(7), .double(2.5), .string("x"), .object([:])]), "é": .int(-1),
                ])
        )
        #expect(value["é"]?.intValue == -1 && value["b"] == nil && value["a"]?.arrayValue?.count == 6)
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
        #expect(try Self.parse("3").doubleValue == 3)
        #expect(try Self.parse("1").boolValue == nil && (try Self.parse("true").intValue) == nil)
        #expect(try Self.parse("true").boolValue == true && (try Self.parse("\"true\"").boolValue) == nil)
        #expect(try Self.parse("\"4\"").intValue == nil && (try Self.parse("null").stringValue) == nil)
    }

    @Test(
        "what is no JSON is refused with the place",
        arguments: ["", "{", "[1", "{\"a\" 1}", "nul", "1 2", "{\"a\": NaN}", "\"\u{1}"])
    func refusal(text: String) {
        #expect { try Self.parse(text) } throws: { "\($0)".hasPrefix("file: is not valid JSON") }
    }

    @Test("bytes that are no UTF-8 are refused")
    func badBytes() {
        #expect(throws: ConfigurationError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22], place: "file") }
    }
}
