import Foundation
import Testing

@Suite("A plugin from outside")
struct PluginTests {
    /// Forbids every token but one, where the request says which.
    private static func library(_ directory: TemporaryDirectory, name: String = "only") throws -> String {
        try PluginLibrary.swift(
            directory, module: "Only",
            [
                "Only.swift": """
                import QuireCore

                struct Only: LogitsProcessor {
                    static let name = "\(name)"
                    static let order = 60
                    let token: Int

                    static func make(for request: Request) throws -> Only? {
                        guard let text = request.params.extraArguments[name] else { return nil }
                        guard let token = Int(text), token >= 0 else {
                            throw RequestError.parameter(name: name, value: text, expected: "a token")
                        }
                        return Only(token: token)
                    }

                    func apply(
                        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
                    ) {
                        for index in logits.indices where index != token { logits[index] = -.infinity }
                    }
                }

                enum OnlyPlugin: EnginePlugin {
                    static func register(in registry: inout PluginRegistry) throws(RegistryError) {
                        try registry.logitsProcessors.add(Only.name, Only.self)
                    }
                }
                """,
                "EntryPoint.swift": PluginLibrary.entryPoint("OnlyPlugin"),
            ])
    }

    @Test("is named on the command line, in the environment, or in a file, and does its work")
    func use() throws {
        let directory = TemporaryDirectory()
        let library = try Self.library(directory)
        let file = try directory.write("quire.yaml", "plugins:\n  - \(library)\n")
        let generate = [
            "generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", "1 2 3", "--max-tokens", "5",
            "--ignore-eos", "--extra-args", "only=7", "--format", "jsonl",
        ]
        for (arguments, environment) in [
            (["--plugin", library], [:]), ([], ["QUIRE_PLUGIN": library]), (["--config", file], [:]),
            ([], ["QUIRE_CONFIG": file]),
        ] {
            let outcome = try QuireProcess.run(generate + arguments, environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let completion = (outcome.records.first?["outputs"] as? [[String: Any]])?.first
            #expect(completion?["token_ids"] as? [Int] == [7, 7, 7, 7, 7])
        }
        for command in [["plugins"], ["plugins", "list"]] {
            let list = try QuireProcess.run(command + ["--plugin", library])
            #expect(list.status == 0 && list.output.contains("logits processor    only"))
        }
        #expect(try QuireProcess.run(["plugins"], environment: ["QUIRE_CONFIG": file]).output.contains("only"))
    }

    @Test("may not bring a name that is there, whether bundled or from another library")
    func duplicates() throws {
        let (one, two) = (TemporaryDirectory(), TemporaryDirectory())
        let bundled = try Self.library(one, name: "min_tokens")
        let refused = try QuireProcess.run(["plugins", "--plugin", bundled])
        #expect(refused.status == 69)
        #expect(
            refused.errors.contains(
                "the plugin \(bundled): two plugins bring a logits processor named 'min_tokens'; names must differ"))
        let (first, second) = (try Self.library(one), try Self.library(two))
        let both = try QuireProcess.run(["explain", "--plugin", first, "--plugin", second])
        #expect(both.status == 69 && both.errors.contains("the plugin \(second): two plugins bring"))
    }

    @Test("verify runs the suite of its kind, and says what it needs for that")
    func verify() throws {
        let directory = TemporaryDirectory()
        let library = try Self.library(directory)
        let asleep = try QuireProcess.run(["plugins", "verify", library])
        #expect(asleep.status == 64 && asleep.output.contains("not checked: wants none of the requests"))
        let awake = try QuireProcess.run(["plugins", "verify", library, "--extra-args", "only=2"])
        #expect(awake.status == 0, "\(awake.output)\(awake.errors)")
        #expect(awake.output.contains("logits processor only: ok") && awake.output.contains("1 passed, 0 failed"))
        let wrong = try QuireProcess.run(["plugins", "verify", library, "--extra-args", "only=x"])
        #expect(wrong.status == 70 && wrong.output.contains("only is x; expected a token"))
    }
}
