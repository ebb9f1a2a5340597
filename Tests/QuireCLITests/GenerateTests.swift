import Foundation
import Testing

@Suite("quire generate")
struct GenerateTests {
    static let prompts = "\(QuireProcess.root)/ModelZoo/prompts/seed_prompts.txt"

    @Test("the embedded model continues the 21 prompts, with Paris in the third")
    func seedPrompts() throws {
        let outcome = try QuireProcess.run([
            "generate", "--prompts", Self.prompts, "--temperature", "0", "--max-tokens", "24", "--format", "jsonl",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let records = outcome.records
        #expect(records.count == 21)
        #expect(records.compactMap { $0["index"] as? Int } == Array(0..<21))
        let texts = records.compactMap { ($0["outputs"] as? [[String: Any]])?.first?["text"] as? String }
        #expect(texts.count == 21)
        #expect(texts[2].contains("Paris"))
        for text in texts {
            let letters = text.filter { $0.isASCII && ($0.isLetter || $0.isWhitespace || $0.isPunctuation) }
            #expect(letters.count >= text.count * 9 / 10, "\(text)")
        }
    }

    @Test("it answers a question in Vicuna's form")
    func question() throws {
        let outcome = try QuireProcess.run([
            "generate", "--prompt", "USER: What is the capital of Japan? ASSISTANT:", "--temperature", "0",
        ])
        #expect(outcome.output.contains("Tokyo"), "\(outcome.output)")
    }

    @Test("a JSON line has the promised fields, and token ids stand alone where there is no tokenizer")
    func fields() throws {
        let outcome = try QuireProcess.run([
            "generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", "1 2 3", "--prompt-token-ids", "4,5",
            "--max-tokens", "3", "--ignore-eos", "--temperature", "0", "--logprobs", "2", "--format", "jsonl",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let first = try #require(outcome.records.first)
        #expect(outcome.records.count == 2)
        #expect(Set(first.keys) == ["index", "prompt", "prompt_token_ids", "outputs", "metrics"])
        #expect(first["prompt"] is NSNull)
        #expect(first["prompt_token_ids"] as? [Int] == [1, 2, 3])
        let output = try #require((first["outputs"] as? [[String: Any]])?.first)
        #expect(
            Set(output.keys) == [
                "index", "text", "token_ids", "cumulative_logprob", "logprobs", "finish_reason", "stop_reason",
            ])
        #expect(output["text"] is NSNull)
        #expect((output["token_ids"] as? [Int])?.count == 3)
        #expect(output["finish_reason"] as? String == "length")
        let logprob = try #require((output["logprobs"] as? [[String: Any]])?.first)
        #expect(Set(logprob.keys) == ["token_id", "logprob", "rank", "top"])
        #expect(logprob["rank"] as? Int == 1)
        #expect((logprob["top"] as? [[Any]])?.count == 2)
        let metrics = try #require(first["metrics"] as? [String: Any])
        #expect(metrics["computed_tokens"] as? Int == 5)
        #expect(metrics["cached_tokens"] as? Int == 0)
        #expect(metrics["ttft_ms"] is Double && metrics["total_ms"] is Double)
    }

    @Test("a stop text ends the completion and is left out, or kept")
    func stopTexts() throws {
        let base = ["generate", "--prompt", "The capital of France is", "--temperature", "0", "--format", "jsonl"]
        let cut = try QuireProcess.run(base + ["--stop", "ris"])
        let output = try #require((cut.records.first?["outputs"] as? [[String: Any]])?.first)
        #expect(output["text"] as? String == " Pa")
        #expect(output["stop_reason"] as? String == "ris")
        #expect(output["finish_reason"] as? String == "stop")
        let kept = try QuireProcess.run(base + ["--stop", "ris", "--include-stop-str-in-output"])
        let whole = try #require((kept.records.first?["outputs"] as? [[String: Any]])?.first)
        #expect(whole["text"] as? String == " Paris")
    }

    @Test("backends are chosen by flag, environment and file, in this order, and the choice is told")
    func backends() throws {
        let directory = TemporaryDirectory()
        let file = try directory.write("config.yaml", "attention: {backend: reference}\nmatmul_backend: openblas\n")
        let base = BadInputTests.tiny + ["--format", "jsonl", "--temperature", "0"]
        let byFile = try QuireProcess.run(base + ["--config", file])
        #expect(byFile.errors.contains("attention reference, matmul openblas"), "\(byFile.errors)")
        let byEnvironment = try QuireProcess.run(
            base + ["--config", file], environment: ["QUIRE_ATTENTION_BACKEND": "paged"])
        #expect(byEnvironment.errors.contains("attention paged, matmul openblas"))
        let byFlag = try QuireProcess.run(
            base + ["--config", file, "--matmul-backend", "native"], environment: ["QUIRE_MATMUL_BACKEND": "openblas"])
        #expect(byFlag.errors.contains("attention reference, matmul native"))
        let ids = [byFile, byEnvironment, byFlag].map {
            ($0.records.first?["outputs"] as? [[String: Any]])?.first?["token_ids"] as? [Int]
        }
        #expect(ids[0] != nil && ids[0] == ids[1] && ids[1] == ids[2])
    }

    @Test("a seed makes sampled text repeatable")
    func seeds() throws {
        func text(_ seed: String) throws -> String {
            try QuireProcess.run(["generate", "--prompt", "Once upon a time", "--max-tokens", "24", "--seed", seed])
                .output
        }
        #expect(try text("1") == text("1"))
        #expect(try text("1") != text("2"))
    }

    @Test("Ctrl-C prints what is done and ends at once")
    func interruption() throws {
        let directory = TemporaryDirectory()
        // The short prompt is done at once; the others would take far longer than the test.
        let prompts = (0..<24).map { "{\"prompt_token_ids\": [\($0), 1, 2]}" }.joined(separator: "\n")
        let path = try directory.write("prompts.jsonl", prompts)
        let process = try QuireProcess.start([
            "generate", "--model", QuireProcess.tinyModel, "--prompts", path, "--format", "jsonl", "--ignore-eos",
            "--max-tokens", "400", "--max-num-seqs", "1", "--attention-backend", "reference", "--threads", "1",
        ])
        // The handler is there before the line about the model.
        while process.isRunning, !process.errorsSoFar.contains("attention reference") { usleep(10_000) }
        usleep(200_000)
        process.interrupt()
        let outcome = process.wait()
        #expect(outcome.status == 130, "\(outcome.errors)")
        #expect(outcome.errors.contains("interrupted"))
        let lines = outcome.output.split(separator: "\n").count
        #expect(lines < 24)
        #expect(outcome.records.count == lines, "every line is whole")
    }
}

@Suite("Models are found by name")
struct ModelNameTests {
    @Test("a hub id runs from the local Hugging Face cache, and a broken cache is no crash")
    func hubCache() throws {
        let directory = TemporaryDirectory()
        let repository = directory.path + "/hub/models--org--tiny"
        let commit = "0123456789abcdef"
        let snapshot = "\(repository)/snapshots/\(commit)"
        let files = FileManager.default
        try files.createDirectory(atPath: "\(repository)/refs", withIntermediateDirectories: true)
        try files.createDirectory(atPath: snapshot, withIntermediateDirectories: true)
        for name in ["config.json", "model.safetensors"] {
            // As the hub's own client lays it out: snapshots are links.
            try files.createSymbolicLink(
                atPath: "\(snapshot)/\(name)", withDestinationPath: "\(QuireProcess.tinyModel)/\(name)")
        }
        let arguments = ["generate", "--model", "org/tiny", "--prompt-token-ids", "1 2", "--temperature", "0"]
        let environment = ["HF_HOME": directory.path]
        try Data((commit + "\n").utf8).write(to: URL(fileURLWithPath: "\(repository)/refs/main"))
        let found = try QuireProcess.run(arguments, environment: environment)
        let direct = try QuireProcess.run(
            ["generate", "--model", QuireProcess.tinyModel, "--prompt-token-ids", "1 2", "--temperature", "0"])
        #expect(found.status == 0, "\(found.errors)")
        #expect(found.output == direct.output)

        try Data("../../../elsewhere".utf8).write(to: URL(fileURLWithPath: "\(repository)/refs/main"))
        let broken = try QuireProcess.run(arguments, environment: environment)
        #expect(broken.status == 69)
        #expect(broken.errors.contains("org/tiny") && broken.errors.contains("models--org--tiny"), "\(broken.errors)")
    }
}

@Suite("The zoo's folder")
struct ZooFolderTests {
    @Test("a program whose zoo is elsewhere says which models there are, and does not crash")
    func elsewhere() throws {
        let directory = TemporaryDirectory()
        let outcome = try QuireProcess.run(
            ["generate", "--prompt", "x"], environment: ["QUIRE_MODEL_ZOO": directory.path])
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("quire-tiny"), "\(outcome.errors)")
        #expect(try QuireProcess.run(["zoo", "list"], environment: ["QUIRE_MODEL_ZOO": directory.path]).status == 0)
    }
}
