import QuireCore
import QuireJSON
import Testing

@Suite("JSON of configurations")
struct ConfigurationJSONTests {
    @Test("what is no JSON is refused with the file and the place in it")
    func refusal() {
        #expect {
            try JSONValue(parsing: "{\"a\" 1}".utf8, place: "file")
        } throws: {
            "\($0)" == "file: is not valid JSON (at byte 5: found '1', expected ':' after the key 'a')"
        }
    }
}
