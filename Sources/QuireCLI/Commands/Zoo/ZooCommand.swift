import ArgumentParser
import Quire
import QuireHub

/// `quire zoo`: the models that Quire knows.
struct ZooCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zoo", abstract: "List the model zoo, test its entries, fetch and add some.",
        subcommands: [List.self, Show.self, Test.self, Pull.self, Add.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the entries.")

        func run() throws {
            var table = Table(header: ["NAME", "ARCHITECTURE", "FILES", "SIZE", "REPOSITORY", "LICENCE", "WHAT"])
            for entry in try ZooEntry.all {
                table.add(
                    [
                        entry.name, entry.architecture, try entry.findFiles().word,
                        entry.memoryBytes.map { "\(ByteCount($0))" } ?? "-", entry.repository ?? "-", entry.licence,
                        entry.description,
                    ].map(Terminal.printable))
            }
            Terminal.line(table.text)
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show what an entry says.")

        @Argument(help: "The entry.") var name: String

        func run() throws {
            let entry = try ZooEntry.named([name])[0]
            let files = try entry.findFiles()
            let rounding = (entry.rounding ?? [:]).sorted { $0.value < $1.value }.map { "\($0) \($1)" }
            let lines: [(String, String?)] = [
                ("name", entry.name), ("what", entry.description), ("architecture", entry.architecture),
                ("licence", entry.licence), ("repository", entry.repository), ("revision", entry.revision),
                ("files published", entry.files?.joined(separator: ", ")),
                ("parameters", entry.parameters.map(String.init)),
                ("size of weights", entry.memoryBytes.map { "\(ByteCount($0))" }),
                ("files", files.sentence(name: name)), ("prompt", entry.prompt), ("prompt form", entry.promptForm),
                ("expected", entry.expected.map { "\(entry.directory ?? "")/\($0), by another implementation" }),
                ("rounding costs", rounding.isEmpty ? nil : rounding.joined(separator: ", ") + " nats there"),
            ]
            for case (let key, let value?) in lines {
                Terminal.line(key.padding(toLength: 17, withPad: " ", startingAt: 0) + Terminal.printable(value))
            }
        }
    }

    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull", abstract: "Fetch what an entry's model lacks in the cache, and print its path.")

        @Argument(help: "The entry.") var name: String
        @Option(help: "text prints the path, json an object with every file.") var format = ReportFormat.text

        func run() async throws {
            let entry = try ZooEntry.named([name])[0]
            if case .here(let folder) = try entry.findFiles() {
                Terminal.error("quire: the files of \(name) are part of the zoo")
                return Terminal.line(folder)
            }
            guard let reference = try entry.hubReference else {
                throw OptionError(
                    name: "the zoo entry", value: "'\(name)', without weights and repository",
                    expected: "one with a repository")
            }
            try await ModelsCommand.pull(reference, format)
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make an entry of a model, in the zoo's folder.",
            discussion: """
                The folder is the one that QUIRE_MODEL_ZOO names, else that of the project. A hub's model is named, with its \
                commit; a local one is copied, or linked to.
                """)

        @Argument(help: "The new entry's name.") var name: String
        @Option(help: "A directory, a .gguf file, or a hub id.") var model: String
        @Option(help: "Branch, tag or commit of a hub id. Default: main.") var revision: String?
        @Option(help: "A text to try it with, or ids where it has no tokenizer.") var prompt: String?
        @Option(help: "What it is, in a few words.") var description: String?
        @Option(help: "The licence of its weights.") var licence: String?
        @Flag(help: "Link to the files of a local model, whatever their size.") var link = false

        func run() throws {
            var addition = ZooAddition(name: name, model: model)
            addition.revision = revision
            addition.prompt = prompt
            addition.description = description
            addition.licence = licence
            addition.linksFiles = link
            Terminal.line(try addition.write())
            Terminal.error(
                """
                quire: \(name) has no expectations yet, so `quire zoo test \(name)` only tells whether it runs. What it \
                should say comes from another implementation, such as Hugging Face transformers, never from Quire: \
                ModelZoo/README.md says in which form.
                """)
        }
    }
}

extension ZooEntry.Files {
    /// Where they are, in a word.
    fileprivate var word: String {
        switch self {
        case .here: "here"
        case .cached: "in the cache"
        case .absent: "not here"
        }
    }

    fileprivate func sentence(name: String) -> String {
        switch self {
        case .here(let folder): "here, in \(folder)"
        case .cached(let path): "in the cache, \(path)"
        case .absent(let missing):
            "not here" + (missing.isEmpty ? "" : ", the cache lacks \(missing.joined(separator: ", "))")
                + "; `quire zoo pull \(name)` fetches them"
        }
    }
}
