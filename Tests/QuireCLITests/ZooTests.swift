import Foundation
import Testing

@Suite("quire zoo")
struct ZooTests {
    /// A folder of entries, one of them a copy of a tiny one with expectations.
    private static func zoo(
        _ name: String = "copy", change: (inout [String: Any]) -> Void = { _ in }
    ) throws -> (TemporaryDirectory, environment: [String: String]) {
        let directory = TemporaryDirectory()
        let folder = directory.url(name)
        try FileManager.default.copyItem(
            at: URL(fileURLWithPath: "\(QuireProcess.root)/ModelZoo/llama-tiny"), to: folder)
        let file = folder.appendingPathComponent("entry.json")
        var entry = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        entry["name"] = name
        change(&entry)
        try JSONSerialization.data(withJSONObject: entry).write(to: file)
        return (directory, ["QUIRE_MODEL_ZOO": directory.path])
    }

    private static func edit(_ directory: TemporaryDirectory, _ file: String, _ from: String, _ to: String) throws {
        let url = directory.url("copy/\(file)")
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(text.contains(from))
        try text.replacing(from, with: to).write(to: url, atomically: true, encoding: .utf8)
    }

    @Test("list and show say what an entry is, and whether its files are on this machine")
    func listAndShow() throws {
        let cache = TemporaryDirectory()
        let environment = ["HF_HUB_CACHE": cache.path]
        let list = try QuireProcess.run(["zoo", "list"], environment: environment)
        func line(_ name: String) -> String {
            "\(list.output.split(separator: "\n").first { $0.hasPrefix(name) } ?? "")"
        }
        #expect(line("quire-tiny").contains("here") && !line("quire-tiny").contains("not here"))
        #expect(line("vicuna-7b-v1.5").contains("not here") && line("vicuna").contains("lmsys/vicuna-7b-v1.5"))
        let show = try QuireProcess.run(["zoo", "show", "vicuna-7b-v1.5"], environment: environment)
        for part in ["Llama 2 Community License", "12.6 GiB", "pytorch_model-00002-of-00002.bin", "quire zoo pull"] {
            #expect(show.output.contains(part), "\(show.output)")
        }
        let snapshot = "models--lmsys--vicuna-7b-v1.5/snapshots/\(String(repeating: "a", count: 40))"
        for folder in [snapshot, "models--lmsys--vicuna-7b-v1.5/refs"] {
            try FileManager.default.createDirectory(at: cache.url(folder), withIntermediateDirectories: true)
        }
        try Data(String(repeating: "a", count: 40).utf8).write(
            to: cache.url("models--lmsys--vicuna-7b-v1.5/refs/main"))
        for file in ["config.json", "tokenizer.model", "pytorch_model.bin"] {
            try Data("{}".utf8).write(to: cache.url("\(snapshot)/\(file)"))
        }
        let cached = try QuireProcess.run(["zoo", "show", "vicuna-7b-v1.5"], environment: environment)
        #expect(cached.output.contains("in the cache, \(cache.path)/\(snapshot)"), "\(cached.output)")
    }

    @Test("test compares every entry that has weights with transformers, on every backend and type of weights")
    func matrix() throws {
        let directory = TemporaryDirectory()
        let environment = ["HF_HUB_CACHE": directory.path]
        let json = directory.url("cells.json").path
        let page = directory.url("zoo.md").path
        let test = try QuireProcess.run(["zoo", "test", "--json", json, "--page", page], environment: environment)
        #expect(test.status == 0, "\(test.output)\(test.errors)")
        #expect(test.output.contains(" 0 failed, 0 refused,") && test.output.contains("vicuna-7b-v1.5"))
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: json)))
        let result = try #require(object as? [String: Any])
        let cells = try #require(result["cells"] as? [[String: Any]])
        for entry in ["quire-tiny", "llama-tiny"] {
            let own = cells.filter { $0["entry"] as? String == entry }
            let columns = own.map { cell in ["attention", "matmul", "weights"].map { cell[$0] as? String ?? "" } }
            #expect(Set(columns).count == columns.count)
            for attention in ["paged", "reference"] {
                for weights in ["float32", "bf16", "q8_0", "q4_0"] {
                    #expect(columns.contains([attention, "native", weights]), "\(entry)")
                }
                for matmul in ["exact", "openblas"] { #expect(columns.contains([attention, matmul, "float32"])) }
            }
            for cell in own {
                let key = cell["weights"] as? String == "float32" ? "max" : "mean"
                let difference = try #require(cell["\(key)_logprob_difference"] as? Double)
                #expect(difference <= (try #require(cell["bound"] as? Double)))
            }
        }
        let text = try String(contentsOfFile: page, encoding: .utf8)
        let checkedIn = try String(contentsOfFile: "\(QuireProcess.root)/docs/zoo.md", encoding: .utf8)
        let measured = "## What the test found"
        #expect(text.components(separatedBy: measured)[0] == checkedIn.components(separatedBy: measured)[0])
        #expect(text.contains("| `llama-tiny` | ok | "))
    }

    @Test("another token and another log-probability than expected are failures, named; a near tie excuses the token")
    func failures() throws {
        let (directory, environment) = try Self.zoo()
        let arguments = ["zoo", "test", "--attention-backend", "paged"]
        #expect(try QuireProcess.run(arguments, environment: environment).status == 0)
        let expected = try String(contentsOf: directory.url("copy/expected.json"), encoding: .utf8)
        let object = try JSONSerialization.jsonObject(with: Data(expected.utf8))
        let cases = try #require(object as? [[String: Any]])

        func run(_ change: (inout [String: Any]) throws -> Void) throws -> QuireProcess.Outcome {
            var changed = cases
            try change(&changed[0])
            try JSONSerialization.data(withJSONObject: changed).write(to: directory.url("copy/expected.json"))
            return try QuireProcess.run(arguments, environment: environment)
        }
        func changed(_ values: Any?, at index: Int, _ change: (Double) -> Double) -> [Double] {
            var numbers = values as? [Double] ?? []
            numbers[index] = change(numbers[index])
            return numbers
        }
        let token = try run { $0["token_ids"] = changed($0["token_ids"], at: 2) { $0 == 9 ? 8 : 9 } }
        #expect(token.status == 70)
        #expect(token.output.contains("the prompt of 1 ids: token 2 is"), "\(token.output)")
        let logprob = try run { $0["logprobs"] = changed($0["logprobs"], at: 3) { $0 - 0.001 } }
        #expect(logprob.status == 70)
        #expect(logprob.output.contains("the log-probability of token 3 is"), "\(logprob.output)")
        let tie = try run {
            $0["token_ids"] = changed($0["token_ids"], at: 2) { $0 == 9 ? 8 : 9 }
            $0["margins"] = changed($0["margins"], at: 2) { _ in 0.0005 }
        }
        #expect(!tie.output.contains("token 2 is"), "\(tie.output)")
        let short = try run { $0["margins"] = [1] }
        #expect(short.status == 65 && short.errors.contains("expected.json"), "\(short.errors)")
    }

    @Test("rounding that costs more than it should is a failure; what is quantised already is refused")
    func rounding() throws {
        let (directory, environment) = try Self.zoo { entry in entry["rounding"] = ["q4_0": 0.05, "q8_0": 0.05] }
        let costly = try QuireProcess.run(
            ["zoo", "test", "--weights", "q4_0", "--weights", "q8_0", "--weights", "bf16"], environment: environment)
        #expect(costly.status == 70, "\(costly.output)")
        #expect(costly.output.contains("copy, paged q4_0: failed: log-probabilities are off by 0."))
        #expect(costly.output.contains("4 passed, 2 failed"), "nothing is said of bf16, and q8_0 is near enough")

        let add = try QuireProcess.run(
            ["zoo", "add", "gptq", "--model", QuireProcess.fixture("llama-checkpoints/gptq-128-act")],
            environment: environment)
        #expect(add.status == 0, "\(add.errors)")
        let refused = try QuireProcess.run(["zoo", "test", "gptq", "--weights", "q8_0"], environment: environment)
        #expect(refused.status == 0 && refused.output.contains("2 refused"), "\(refused.output)")
        #expect(refused.output.contains("gptq, every column: refused:") && refused.output.contains("quantised already"))
        _ = directory
    }

    @Test("an architecture that no plugin has is a failure of every column, said once")
    func unknownArchitecture() throws {
        let (directory, environment) = try Self.zoo()
        try Self.edit(directory, "config.json", "LlamaForCausalLM", "NobodysForCausalLM")
        let test = try QuireProcess.run(["zoo", "test"], environment: environment)
        #expect(test.status == 70)
        #expect(test.output.contains("copy, every column: failed:"), "\(test.output)")
        #expect(test.output.contains("unknown model architecture 'NobodysForCausalLM'"))
        #expect(test.output.contains("0 passed, 12 failed"))
    }

    @Test("add copies a small model, which then runs by its name and is tested for running alone")
    func add() throws {
        let directory = TemporaryDirectory()
        let environment = ["QUIRE_MODEL_ZOO": directory.path]
        let add = try QuireProcess.run(
            ["zoo", "add", "mine", "--model", QuireProcess.tinyModel, "--prompt", "1 2", "--licence", "CC0-1.0"],
            environment: environment)
        #expect(add.status == 0, "\(add.errors)")
        #expect(add.errors.contains("comes from another implementation"))
        #expect(add.output == directory.url("mine").path + "\n")
        let data = try Data(contentsOf: directory.url("mine/entry.json"))
        let entry = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(entry["architecture"] as? String == "LlamaForCausalLM" && entry["licence"] as? String == "CC0-1.0")
        #expect(entry["expected"] == nil && entry["weights"] as? [String] == ["model.safetensors"])

        let rest = ["--prompt-token-ids", "1 2", "--temperature", "0"]
        let named = try QuireProcess.run(["generate", "--model", "mine"] + rest, environment: environment)
        let direct = try QuireProcess.run(["generate", "--model", QuireProcess.tinyModel] + rest)
        #expect(named.status == 0 && named.output == direct.output, "\(named.errors)")
        let test = try QuireProcess.run(["zoo", "test", "--weights", "float32"], environment: environment)
        #expect(test.status == 0 && test.output.contains("runs"), "\(test.output)\(test.errors)")
        let pull = try QuireProcess.run(["zoo", "pull", "mine"], environment: environment)
        #expect(pull.status == 0 && pull.output == add.output)
    }

    @Test("a seeded model becomes a GGUF file, which is linked to, and runs by its entry's name")
    func linked() throws {
        let directory = TemporaryDirectory()
        let files = TemporaryDirectory()
        let environment = ["QUIRE_MODEL_ZOO": directory.path]
        let gguf = files.url("tiny.gguf").path
        #expect(try QuireProcess.run(["convert", "llama-tiny", gguf]).status == 0)
        let add = try QuireProcess.run(
            ["zoo", "add", "file", "--model", gguf, "--link"], environment: environment)
        #expect(add.status == 0, "\(add.errors)")
        let entry = try String(contentsOf: directory.url("file/entry.json"), encoding: .utf8)
        #expect(entry.contains("\"architecture\": \"LlamaForCausalLM\""), "\(entry)")
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: directory.url("file/tiny.gguf").path)
        #expect(URL(fileURLWithPath: link).lastPathComponent == "tiny.gguf")
        let rest = ["--prompt-token-ids", "1 2", "--temperature", "0"]
        let named = try QuireProcess.run(["generate", "--model", "file"] + rest, environment: environment)
        #expect(named.status == 0, "\(named.errors)")
        #expect(try named.output == QuireProcess.run(["generate", "--model", "llama-tiny"] + rest).output)
    }

    @Test("a hub's model is added by its id, with the commit that the cache has")
    func published() throws {
        let directory = TemporaryDirectory()
        let cache = TemporaryDirectory()
        let commit = String(repeating: "b", count: 40)
        let repository = cache.url("models--org--tiny")
        try FileManager.default.createDirectory(
            at: repository.appendingPathComponent("refs"), withIntermediateDirectories: true)
        try Data(commit.utf8).write(to: repository.appendingPathComponent("refs/main"))
        try FileManager.default.createDirectory(
            at: repository.appendingPathComponent("snapshots"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: QuireProcess.tinyModel, toPath: repository.path + "/snapshots/\(commit)")
        let environment = ["QUIRE_MODEL_ZOO": directory.path, "HF_HUB_CACHE": cache.path]
        let add = try QuireProcess.run(["zoo", "add", "ours", "--model", "org/tiny"], environment: environment)
        #expect(add.status == 0, "\(add.errors)")
        let data = try Data(contentsOf: directory.url("ours/entry.json"))
        let entry = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(entry["repository"] as? String == "org/tiny" && entry["revision"] as? String == commit)
        let run = try QuireProcess.run(
            ["generate", "--model", "ours", "--prompt-token-ids", "1 2", "--temperature", "0"],
            environment: environment)
        #expect(run.status == 0, "\(run.errors)")
        let list = try QuireProcess.run(["zoo", "list"], environment: environment)
        #expect(list.output.contains("in the cache"))
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int32
        let part: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        "a mistake names the value and what would be right, and nothing is written",
        arguments: [
            Refusal(arguments: ["add", "copy", "--model", "MODEL"], status: 64, part: "expected a new one"),
            Refusal(arguments: ["add", "../up", "--model", "MODEL"], status: 64, part: "expected letters"),
            Refusal(arguments: ["add", "x", "--model", "copy"], status: 64, part: "no entry of the zoo yet"),
            Refusal(arguments: ["add", "x", "--model", "/nonexistent"], status: 69, part: "/nonexistent"),
            Refusal(arguments: ["add", "x", "--model", "org/none"], status: 69, part: "org/none"),
            Refusal(
                arguments: ["add", "x", "--model", "MODEL", "--revision", "v1"], status: 64, part: "--revision is v1"),
            Refusal(arguments: ["add", "x", "--model", #filePath], status: 65, part: "ZooTests.swift"),
            Refusal(arguments: ["show", "nobody"], status: 64, part: "'nobody'"),
            Refusal(arguments: ["pull", "nobody"], status: 64, part: "'nobody'"),
            Refusal(arguments: ["test", "--weights", "q3"], status: 64, part: "float32, bf16, q8_0, q4_0"),
            Refusal(arguments: ["test", "--attention-backend", "none"], status: 64, part: "paged"),
            Refusal(arguments: ["test", "--matmul-backend", "none"], status: 64, part: "native"),
            Refusal(arguments: ["test", "--threads", "0"], status: 64, part: "1 to 1024"),
            Refusal(arguments: ["test", "copy", "--page", "zoo.md"], status: 64, part: "all entries"),
            Refusal(arguments: ["test", "--json", "/nonexistent/x"], status: 64, part: "--json"),
        ])
    func mistakes(_ refusal: Refusal) throws {
        let (directory, environment) = try Self.zoo()
        let arguments = refusal.arguments.map { $0 == "MODEL" ? QuireProcess.tinyModel : $0 }
        let outcome = try QuireProcess.run(["zoo"] + arguments, environment: environment)
        #expect(outcome.status == refusal.status, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains(refusal.part), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["copy"])
    }
}
