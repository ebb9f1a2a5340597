import ArgumentParser
import Quire

/// `quire zoo`: the models that Quire knows.
struct ZooCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zoo", abstract: "List the model zoo, or test its entries.", subcommands: [List.self, Test.self],
        defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the entries.")

        func run() throws {
            var table = Table(header: ["NAME", "ARCHITECTURE", "LICENCE", "WEIGHTS", "WHAT"])
            for entry in try ZooEntry.all {
                let weights = entry.hasWeights ? "here" : "from \(entry.repository ?? "?")"
                table.add([entry.name, entry.architecture, entry.licence, weights, entry.description])
            }
            Terminal.line(table.text)
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Compare each entry's greedy tokens with those of another implementation, on every backend.")

        @Argument(help: "Entries; none means all.") var names: [String] = []
        @OptionGroup var plugins: PluginFlags

        func run() throws {
            let results = try ZooTest(names: names, plugins: plugins.files()).run()
            var table = Table(header: ["ENTRY", "ATTENTION", "MATMUL", "PROMPTS", "RESULT"])
            for result in results {
                table.add([
                    result.entry, result.attention, result.matmul, "\(result.prompts)", result.problem ?? "ok",
                ])
            }
            Terminal.line(table.text)
            let failed = results.count { $0.problem != nil && !$0.isSkipped }
            let skipped = results.count { $0.isSkipped }
            Terminal.line("\(results.count - failed - skipped) passed, \(failed) failed, \(skipped) skipped")
            if failed > 0 { throw ExitCode(UserErrorKind.internal.exitStatus) }
        }
    }
}
