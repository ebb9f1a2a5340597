import Foundation
import Testing

@Suite("Mistakes end with a clear message and the right status")
struct BadInputTests {
    /// A command line, and what must come of it.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int32
        /// Parts of the message.
        let says: [String]
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: [String], _ status: Int32, _ says: [String]) {
            self.arguments = arguments
            self.status = status
            self.says = says
        }
    }

    static let tiny = ["generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", "1 2 3"]

    static let mistakes: [Mistake] = [
        Mistake(["generate"], 64, ["list of prompts", "--prompt-token-ids"]),
        Mistake(["generate", "--frobnicate"], 64, ["--frobnicate"]),
        Mistake(tiny + ["--max-tokens", "0"], 64, ["max_tokens is 0", "at least 1"]),
        Mistake(tiny + ["--max-tokens", "many"], 64, ["many"]),
        Mistake(tiny + ["--temperature", "-1"], 64, ["temperature is -1", "at least 0"]),
        Mistake(tiny + ["--temperature", "nan"], 64, ["temperature is nan"]),
        Mistake(tiny + ["--top-p", "0"], 64, ["top_p is 0"]),
        Mistake(tiny + ["--n", "0"], 64, ["n is 0", "1 to 1024"]),
        Mistake(tiny + ["--min-tokens", "20", "--max-tokens", "10"], 64, ["min_tokens is 20", "max_tokens (10)"]),
        Mistake(tiny + ["--stop", "x"], 64, ["tokenizer"]),
        Mistake(tiny + ["--attention-backend", "flash"], 64, ["'flash'", "paged", "reference"]),
        Mistake(tiny + ["--matmul-backend", "magic"], 64, ["'magic'", "native", "openblas"]),
        Mistake(tiny + ["--dtype", "int3"], 64, ["--dtype is int3", "bfloat16"]),
        Mistake(tiny + ["--quantization", "int3"], 64, ["--quantization is int3", "q4_0, q4_1", "q4_k_m"]),
        Mistake(tiny + ["--quantization", "q4_0", "--dtype", "float32"], 64, ["beside dtype", "one of the two"]),
        Mistake(
            ["generate", "--model", QuireProcess.fixture("llama-quants/q5_0/model.gguf"), "--prompt-token-ids", "1"]
                + ["--quantization", "q4_0"], 64, ["quantised already", "q5_0"]),
        Mistake(["convert", QuireProcess.tinyModel], 64, ["<output>"]),
        Mistake(
            ["convert", QuireProcess.tinyModel, "m.gguf", "--quantization", "q9"], 64, ["q9", "f16", "q4_k_m"]),
        Mistake(
            ["convert", QuireProcess.tinyModel, "/no/such/folder/m.gguf"], 65, ["/no/such/folder", "No such file"]),
        Mistake(
            ["convert", QuireProcess.tinyModel, QuireProcess.fixture("llama-quants/q5_0/model.gguf")], 64,
            ["q5_0/model.gguf", "--force"]),
        Mistake(["convert", "/no/such/model", "/no/such/folder/m.gguf"], 69, ["/no/such/model"]),
        Mistake(
            tiny + ["--kv-cache-dtype", "fp8"], 64,
            ["--kv-cache-dtype is fp8", "auto, float32 (f32), bfloat16 (bf16), float16 (f16), int8"]),
        Mistake(tiny + ["--block-size", "12"], 64, ["block size is 12", "multiple of 8"]),
        Mistake(tiny + ["--block-size", "0"], 64, ["block-size is 0"]),
        Mistake(tiny + ["--threads", "zero"], 64, ["--threads is zero"]),
        Mistake(tiny + ["--max-model-len", "100000"], 64, ["max_model_len is 100000"]),
        Mistake(tiny + ["--kv-cache-memory", "lots"], 64, ["--kv-cache-memory is lots", "4GiB"]),
        Mistake(tiny + ["--kv-cache-memory", "1"], 69, ["--kv-cache-memory", "at least"]),
        Mistake(tiny + ["--kv-cache-memory", "1M", "--memory-limit", "1G"], 64, ["one of the two"]),
        Mistake(tiny + ["--config", "/nonexistent/config.yaml"], 65, ["/nonexistent/config.yaml"]),
        Mistake(
            ["generate", "--model", QuireProcess.tinyModel, "--prompt", "text"], 64,
            ["no tokenizer", "tokenizer.model"]),
        Mistake(["generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", "1 two"], 64, ["'two'"]),
        Mistake(
            ["generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", ""], 65, ["prompt 1", "no tokens"]),
        Mistake(
            ["generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", "1 96"], 65, ["token 96", "0 to 95"]),
        Mistake(
            ["generate", "--model", QuireProcess.tinyModel, "--prompts", "/nonexistent.txt"], 65, ["/nonexistent.txt"]),
        Mistake(["generate", "--model", "no/such-model", "--prompt", "x"], 69, ["no/such-model", "zoo"]),
        Mistake(["generate", "--model", #filePath, "--prompt", "x"], 65, ["BadInputTests.swift", ".gguf"]),
        Mistake(["inspect", #filePath], 65, ["BadInputTests.swift"]),
        Mistake(["inspect", "/nonexistent.gguf"], 65, ["/nonexistent.gguf"]),
        Mistake(["zoo", "test", "nobody"], 64, ["'nobody'", "quire-tiny"]),
        Mistake(["bench", "memory", "--trace", #filePath], 65, ["ContextTokens"]),
        Mistake(["bench", "scheduler", "--requests", "few"], 64, ["few"]),
        Mistake(
            ["bench", "latency", "--input-len", "2000", "--output-len", "49"], 64, ["2000", "49", "at most 2048"]),
        Mistake(
            ["bench", "latency", "--max-model-len", "100", "--input-len", "9223372036854775807"], 64,
            ["9223372036854775807", "at most 100", "--max-model-len"]),
        Mistake(["bench", "latency", "--output-len", "-3"], 64, ["--output-len", "-3", "at least 1"]),
        Mistake(["bench", "latency", "--batch-size", "0"], 64, ["--batch-size", "1 to 65536"]),
        Mistake(["bench", "latency", "--num-iters", "0"], 64, ["--num-iters is 0"]),
        Mistake(["bench", "latency", "--n", "0"], 64, ["n is 0"]),
        Mistake(["bench", "latency", "--kv-cache-memory", "1MiB", "--input-len", "1000"], 69, ["1127 tokens"]),
        Mistake(["bench", "latency", "--output-json", "/nowhere/r.json"], 64, ["--output-json", "/nowhere"]),
        Mistake(["bench", "latency", "--random-model", "2b"], 64, ["--random-model is 2b", "160m, 1b, 7b"]),
        Mistake(
            ["bench", "latency", "--random-model", "160m", "--quantization", "q4_9"], 64, ["q4_9", "q4_0", "q4_k_m"]),
        Mistake(
            ["bench", "latency", "--random-model", "160m", "--model", QuireProcess.tinyModel], 64, ["one of the two"]),
        Mistake(["bench", "latency", "--random-model-dir", "/tmp"], 64, ["--random-model-dir", "--random-model"]),
        Mistake(
            ["bench", "latency", "--random-model", "160m", "--random-model-dir", "/nowhere"], 65, ["/nowhere"]),
        Mistake(["bench", "throughput", "--num-prompts", "0"], 64, ["--num-prompts is 0"]),
        Mistake(["bench", "throughput", "--dataset-name", "sonnet"], 64, ["sonnet", "random", "sharegpt"]),
        Mistake(["bench", "throughput", "--dataset-name", "sharegpt"], 64, ["--dataset-path"]),
        Mistake(["bench", "throughput", "--dataset-path", "/nowhere.json"], 65, ["/nowhere.json"]),
        Mistake(["bench", "throughput", "--dataset-path", #filePath], 65, ["not valid JSON"]),
        Mistake(
            ["bench", "throughput", "--dataset-path", #filePath, "--input-len", "5"], 64, ["--input-len", "sharegpt"]),
        Mistake(["tokenize"], 64, ["missing"]),
    ]

    @Test("a mistake on the command line", arguments: mistakes)
    func mistake(_ mistake: Mistake) throws {
        let outcome = try QuireProcess.run(mistake.arguments)
        #expect(outcome.status == mistake.status, "\(outcome.errors)")
        for part in mistake.says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        #expect(outcome.output.isEmpty, "nothing but results belongs on standard output")
    }

    @Test("what is wrong for all prompts is not blamed on one")
    func parameters() throws {
        let outcome = try QuireProcess.run(Self.tiny + ["--temperature", "-1"])
        #expect(outcome.errors.contains("error: temperature is -1"), "\(outcome.errors)")
    }

    @Test("a file of prompts that has none, or is broken, is named with its line")
    func promptFiles() throws {
        let directory = TemporaryDirectory()
        let files = [
            (try directory.write("empty.txt", "\n  \n"), "has no prompts"),
            (try directory.write("broken.jsonl", "{\"prompt\": \"a\"}\n{\"prompt\": "), "line 2"),
            (try directory.write("other.jsonl", "{\"text\": \"a\"}"), "is not a prompt"),
        ]
        for (path, says) in files {
            let outcome = try QuireProcess.run(["generate", "--model", QuireProcess.tinyModel, "--prompts", path])
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains(path) && outcome.errors.contains(says), "\(outcome.errors)")
        }
    }

    @Test("a prompt longer than the context, or one that can never fit the cache, is refused with both numbers")
    func tooLong() throws {
        let long = (0..<600).map { "\($0 % 90)" }.joined(separator: " ")
        let base = ["generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", long]
        let limited = try QuireProcess.run(base + ["--max-model-len", "64"])
        #expect(limited.status == 65)
        #expect(limited.errors.contains("600 tokens") && limited.errors.contains("64"), "\(limited.errors)")

        let short = (0..<60).map { "\($0)" }.joined(separator: " ")
        let cramped = try QuireProcess.run([
            "generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", short, "--kv-cache-memory", "16384",
        ])
        #expect(cramped.status == 69)
        #expect(cramped.errors.contains("75 tokens") && cramped.errors.contains("holds"), "\(cramped.errors)")
        #expect(cramped.output.isEmpty)
    }

    @Test("QUIRE_CPU chooses the kernels, and one that is not there is told with those that are")
    func instructionSets() throws {
        let portable = try QuireProcess.run(Self.tiny, environment: ["QUIRE_CPU": "portable"])
        #expect(portable.status == 0 && portable.errors.contains("portable"), "\(portable.errors)")
        let unknown = try QuireProcess.run(Self.tiny, environment: ["QUIRE_CPU": "mmx"])
        #expect(unknown.status == 64)
        #expect(
            unknown.errors.contains("(QUIRE_CPU) is mmx") && unknown.errors.contains("portable"), "\(unknown.errors)")
    }

    @Test("a configuration file with an unknown option or a wrong value is named")
    func configurationFiles() throws {
        let directory = TemporaryDirectory()
        let files = [
            (try directory.write("unknown.yaml", "colour: red"), "unknown option 'colour'"),
            (try directory.write("value.yaml", "threads: many"), "'threads' is many"),
            (try directory.write("list.yaml", "- 1"), "not a map"),
            (try directory.write("broken.yaml", "{"), "neither YAML nor JSON"),
        ]
        for (path, says) in files {
            let outcome = try QuireProcess.run(Self.tiny + ["--config", path])
            #expect([64, 65].contains(outcome.status))
            #expect(outcome.errors.contains(path) && outcome.errors.contains(says), "\(outcome.errors)")
        }
    }
}
