import QuireTemplates
import TestSupport
import Testing

/// Broken templates must be refused or rendered; whatever happens is an error of the one type, and soon.
@Suite("fuzzing with fixed seeds")
struct FuzzTests {
    static let pieces = [
        "{{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "|", ".", ",",
        ":", "~", "**", "is ", "not ", "in ", "if ", "else ", "for ", " endfor ", "loop", "recursive", "caller()",
        "99999999999",
        "1e999", "-1", "é", "\u{0}", "\n", "namespace(", "range(100000)", "* 1000000", "%s", "raw", "endraw", "::-1",
    ]

    static func mutate(_ original: [Unicode.Scalar], _ random: inout SeededRandom) -> String {
        var scalars = original
        for _ in 0..<Int.random(in: 1...5, using: &random) where !scalars.isEmpty {
            let place = Int.random(in: 0..<scalars.count, using: &random)
            let end = min(scalars.count, place + Int.random(in: 1...20, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: scalars.removeSubrange(place..<end)
            case 1:
                scalars.insert(contentsOf: scalars[place..<end], at: Int.random(in: 0...scalars.count, using: &random))
            case 2: scalars.removeSubrange(place...)
            default: scalars.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").unicodeScalars, at: place)
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    @Test("mutations of chat templates render or fail, and nothing else")
    func chats() throws {
        let head = try #require(try Repository.jsonLines(Repository.fixtures.appending(path: "chats.jsonl")).first)
        let sources = try #require(head["templates"]?.dictionaryValue).values.compactMap(\.stringValue)
        let variables = try #require(head["cases"]?["tools"]?.dictionaryValue)
        try run(sources, variables, perSource: 150, seed: 1)
    }

    @Test("mutations of templates for every feature render or fail, and nothing else")
    func features() throws {
        let lines = try Repository.jsonLines(Repository.fixtures.appending(path: "features.jsonl"))
        let variables = try #require(lines.first?["variables"]?.dictionaryValue)
        try run(lines.dropFirst().compactMap { $0["template"]?.stringValue }, variables, perSource: 8, seed: 2)
    }

    private func run(_ sources: [String], _ variables: TemplateDictionary, perSource: Int, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var limits = TemplateLimits()
        limits.steps = 50_000
        var refused = 0
        var succeeded = 0
        for source in sources {
            let scalars = Array(source.unicodeScalars)
            for _ in 0..<perSource {
                let mutated = Self.mutate(scalars, &random)
                if failure(mutated, variables, limits: limits) == nil { succeeded += 1 } else { refused += 1 }
            }
        }
        #expect(refused > 0)
        #expect(succeeded > 0)
    }

    @Test("every prefix of a chat template renders or fails")
    func prefixes() throws {
        let head = try #require(try Repository.jsonLines(Repository.fixtures.appending(path: "chats.jsonl")).first)
        let source = try #require(head["templates"]?["xml_tools"]?.stringValue)
        let variables = try #require(head["cases"]?["tools"]?.dictionaryValue)
        for count in 0...source.unicodeScalars.count {
            _ = failure(String(source.unicodeScalars.prefix(count)), variables)
        }
    }
}
