import QuireTokenizers
import Testing

@Suite("Regular expressions of tokenizers")
struct RegexTests {
    /// A word-level tokenizer that splits by a pattern, to see where it matches.
    private func pieces(_ pattern: String, _ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        return try TokenizerBuilder.splitting(by: pattern).encodeWithOffsets(text, addSpecialTokens: false).map {
            String(decoding: bytes[$0.byteRange], as: UTF8.self)
        }
    }

    @Test(
        "matches are leftmost and prefer what comes first, as Oniguruma's",
        arguments: [
            ("a|ab", "ab", ["a", "b"]), ("ab|a", "ab", ["ab"]), ("a*?b", "aab", ["aab"]), ("a+?", "aa", ["a", "a"]),
            (#"\s+(?!\S)"#, "a   b", ["a", "  ", " b"]), (#"\s++a"#, "  a", ["  a"]), ("(?>a+)b", "aab", ["aab"]),
            ("(?i:'s|'T)", "x'S't", ["x", "'S", "'t"]), (#"(?<=a)b|(?<!a)c"#, "abcb", ["a", "b", "c", "b"]),
            (#"\p{Han}+"#, "ab日本", ["ab", "日本"]), (#"[\p{L}&&[^\p{Lu}]]+"#, "aBc", ["a", "B", "c"]),
            (#"\d{2,3}"#, "12345", ["123", "45"]), (#"^b|b$"#, "b\nb", ["b", "\n", "b"]),
            (#"\bx\b"#, "x xx", ["x", " xx"]),
            (#"(?=(\d{3})+(?!\d))"#, "1234567", ["1", "234", "567"]), ("(?:ab)+c|ab", "ababd", ["ab", "ab", "d"]),
            ("[^(x]+", "a(b", ["a", "(", "b"]), (#"\x{1F600}|é"#, "é😀!", ["é", "😀", "!"]),
            ("(?x) a b # c", "ab", ["ab"]),
        ])
    func semantics(pattern: String, text: String, expected: [String]) throws {
        #expect(try pieces(pattern, text) == expected)
    }

    @Test(
        "what cannot be used is named with its place",
        arguments: [
            ("(a", "unclosed group at character 0"), ("a)", "at character 1"), ("[a", "unclosed class"),
            ("*a", "nothing to repeat"),
            (#"\p{Nope}"#, "unknown property 'Nope'"), (#"(a)\1"#, "not supported"), ("(?<=a+)b", "look-behind"),
            ("(a*)*", "match nothing"), ("a{5,2}", "swapped"), ("[z-a]", "swapped"), ("a{99999}", "more than"),
            ("\\", "backslash"),
        ])
    func errors(pattern: String, expected: String) throws {
        let error = try #require(throws: TokenizerError.self) { try TokenizerBuilder.splitting(by: pattern) }
        #expect(error.field == "pre_tokenizer.pattern.Regex")
        #expect(error.description.contains(expected), "\(error)")
    }

    @Test(
        "patterns that send others back and forth take time in proportion to the text",
        .timeLimit(.minutes(1)),
        arguments: [
            ("a*b|a", "a"), ("(?:a|aa)+b|a", "a"), (#"(?=(\d{3})+(?!\d))"#, "1"), (#"\s*[\r\n]+|\s+(?!\S)|\s+"#, " "),
            (#"(?:\p{L}+ )*x|\p{L}| "#, "ab "), (".*x.*y|.", "ax"), (#"\p{Lu}*\p{Ll}+|\p{Lu}"#, "A"), ("a++b|a", "a"),
        ])
    func linear(pattern: String, unit: String) throws {
        let text = String(repeating: unit, count: 300_000)
        #expect(try !pieces(pattern, text).isEmpty)
    }
}
