import Foundation
import Testing

@Suite("The other commands")
struct CommandTests {
    @Test("plugins lists every part by kind")
    func plugins() throws {
        let outcome = try QuireProcess.run(["plugins"])
        #expect(outcome.status == 0)
        for name in [
            "LlamaForCausalLM", "paged", "reference", "native", "openblas", "random", "min_tokens", "parallel",
        ] {
            #expect(outcome.output.contains(name))
        }
    }

    @Test("explain adds the plan up without reading weights")
    func explain() throws {
        let outcome = try QuireProcess.run(["explain", "--model", QuireProcess.tinyModel, "--kv-cache-memory", "1MiB"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for part in ["weights", "KV cache", "1.0 MiB", "scratch", "total", "batch-invariant      yes"] {
            #expect(outcome.output.contains(part), "\(outcome.output)")
        }
        let narrow = try QuireProcess.run([
            "explain", "--model", QuireProcess.tinyModel, "--kv-cache-memory", "1MiB", "--kv-cache-dtype", "bf16",
        ])
        func tokens(_ output: String) -> Int? {
            output.split(separator: "\n").first { $0.hasPrefix("tokens in the cache") }
                .flatMap { Int($0.split(separator: " ").last ?? "") }
        }
        #expect(outcome.output.contains("KV cache type        float32"))
        #expect(narrow.output.contains("KV cache type        bfloat16"))
        #expect(try #require(tokens(narrow.output)) == 2 * #require(tokens(outcome.output)))
        let widened = try QuireProcess.run([
            "explain", "--model", QuireProcess.fixture("llama/gqa-bf16"), "--matmul-backend", "openblas",
        ])
        #expect(widened.output.contains("batch-invariant      no"))
        #expect(!widened.output.contains("packed weights  0 B"))
    }

    @Test("explain and inspect say how a checkpoint is quantised")
    func quantised() throws {
        let folder = QuireProcess.fixture("llama-checkpoints/gptq-128-act")
        let scheme = "gptq, 4 bits, groups of 128, act-order"
        #expect(try QuireProcess.run(["explain", "--model", folder]).output.contains("quantised            \(scheme)"))
        let inspected = try QuireProcess.run(["inspect", folder + "/model.safetensors"]).output
        #expect(inspected.contains("quantised: \(scheme)") && inspected.contains("q_proj.g_idx"))
        #expect(
            try !QuireProcess.run(["inspect", QuireProcess.tinyModel + "/model.safetensors"]).output.contains(
                "quantised"))
    }

    @Test("inspect shows tensors, types, shapes and metadata of each format")
    func inspect() throws {
        let safetensors = try QuireProcess.run(["inspect", QuireProcess.tinyModel + "/model.safetensors"])
        #expect(safetensors.output.contains("model.embed_tokens.weight"))
        #expect(safetensors.output.contains("f32"))
        let torch = try QuireProcess.run(["inspect", QuireProcess.fixture("llama/gqa-bin/pytorch_model.bin")])
        #expect(torch.status == 0, "\(torch.errors)")
        #expect(torch.output.contains("model.embed_tokens.weight"))
    }

    @Test("tokenize shows ids, pieces and offsets, or JSON lines")
    func tokenize() throws {
        let people = try QuireProcess.run(["tokenize", "Hello there"])
        #expect(people.status == 0, "\(people.errors)")
        #expect(people.output.contains("<s>") && people.output.contains("tokens"))
        let directory = TemporaryDirectory()
        let file = try directory.write("texts.jsonl", "\"one two\"\n\"tab\\there\"\n")
        let machine = try QuireProcess.run(["tokenize", "--texts", file, "--no-special", "--format", "jsonl"])
        #expect(machine.records.count == 2)
        for record in machine.records {
            #expect((record["ids"] as? [Int])?.count == (record["tokens"] as? [String])?.count)
            #expect((record["ids"] as? [Int])?.first != 1)
        }
    }

    @Test("chat answers, remembers the turn before, and ends with its input")
    func chat() throws {
        let outcome = try QuireProcess.run(
            ["chat", "--system", "", "--max-tokens", "24"],
            input: "What is the capital of Japan?\nWhat is the capital of France?\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("Tokyo") && outcome.output.contains("Paris"), "\(outcome.output)")
    }

    @Test("bench memory reports the empty slots of pages and of reservations")
    func benchMemory() throws {
        let directory = TemporaryDirectory()
        let rows = (0..<200).map { "t,\(100 + $0 * 13 % 400),\(20 + $0 * 7 % 90)" }.joined(separator: "\n")
        let trace = try directory.write("trace.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n\(rows)\n")
        let outcome = try QuireProcess.run(["bench", "memory", "--trace", trace, "--block-size", "16"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("empty slots, paged") && outcome.output.contains("empty slots, reserved"))
    }

    @Test("bench latency has the result of vLLM's, and says what ran and how fast its parts were")
    func benchLatency() throws {
        let directory = TemporaryDirectory()
        let file = directory.url("result.json").path
        let outcome = try QuireProcess.run([
            "bench", "latency", "--model", QuireProcess.tinyModel, "--input-len", "7", "--output-len", "5",
            "--batch-size", "3", "--num-iters-warmup", "1", "--num-iters", "4", "--threads", "1", "--output-json", file,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for part in ["latency", "prefill", "decode", "first token", "1 threads"] {
            #expect(outcome.output.contains(part), "\(outcome.output)")
        }
        let result = try Self.object(in: file)
        let latencies = try #require(result["latencies"] as? [Double])
        #expect(latencies.count == 4 && latencies.allSatisfy { $0 > 0 })
        #expect(abs(try #require(result["avg_latency"] as? Double) * 4 - latencies.reduce(0, +)) < 1e-9)
        let percentiles = try #require(result["percentiles"] as? [String: Double])
        #expect(Set(percentiles.keys) == ["10", "25", "50", "75", "90", "99"])
        #expect(percentiles["99"] ?? 0 <= latencies.max() ?? 0)
        for key in ["prefill_tokens_per_second", "decode_tokens_per_second", "median_ttft_ms", "peak_rss_bytes"] {
            #expect(try #require(result[key] as? Double) > 0, "\(key)")
        }
        let shares = ["model", "sampling", "other"].compactMap { result["\($0)_time_share"] as? Double }
        #expect(shares.count == 3 && abs(shares.reduce(0, +) - 1) < 0.5 && shares.allSatisfy { (0...1).contains($0) })
        #expect(result["weight_types"] as? [String] == ["f32"])
        #expect(result["threads"] as? Int == 1 && result["matmul_backend"] as? String == "native")
        let planned = try #require(result["planned_bytes"] as? Int)
        #expect(
            planned > (result["planned_weight_bytes"] as? Int ?? 0) + (result["planned_kv_cache_bytes"] as? Int ?? 0))
    }

    @Test("bench latency makes a model of a named shape and type, and keeps its file where it is told to")
    func benchRandomModel() throws {
        let directory = TemporaryDirectory()
        let file = directory.url("result.json").path
        func measure(_ arguments: [String]) throws -> [String: Any] {
            let outcome = try QuireProcess.run(
                [
                    "bench", "latency", "--random-model", "160m", "--max-model-len", "64", "--input-len", "2",
                    "--output-len", "2", "--batch-size", "1", "--num-iters-warmup", "0", "--num-iters", "1",
                    "--output-json", file,
                ] + arguments, environment: ["TMPDIR": directory.path])
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try Self.object(in: file)
        }
        let kept = try measure(["--quantization", "q8_0", "--random-model-dir", directory.path])
        #expect(kept["weight_types"] as? [String] == ["q8_0"] && kept["model"] as? String == "random-160m")
        let model = directory.url("random-160m-q8_0.gguf").path
        let made = try FileManager.default.attributesOfItem(atPath: model)[.modificationDate] as? Date
        _ = try measure(["--quantization", "q8_0", "--random-model-dir", directory.path])
        #expect(try FileManager.default.attributesOfItem(atPath: model)[.modificationDate] as? Date == made)
        #expect(try measure(["--dtype", "float16"])["weight_types"] as? [String] == ["f16"])
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(names.filter { $0.hasSuffix(".gguf") } == ["random-160m-q8_0.gguf"], "temporary ones are removed")
    }

    @Test("bench throughput counts requests and tokens, random ones and a file's conversations")
    func benchThroughput() throws {
        let directory = TemporaryDirectory()
        let file = directory.url("result.json").path
        let random = try QuireProcess.run([
            "bench", "throughput", "--model", QuireProcess.tinyModel, "--num-prompts", "5", "--input-len", "6",
            "--output-len", "4", "--n", "2", "--output-json", file,
        ])
        #expect(random.status == 0, "\(random.errors)")
        var result = try Self.object(in: file)
        #expect(result["num_requests"] as? Int == 5 && result["total_num_tokens"] as? Int == 5 * (6 + 2 * 4))
        let elapsed = try #require(result["elapsed_time"] as? Double)
        #expect(abs(try #require(result["requests_per_second"] as? Double) * elapsed - 5) < 1e-6)
        #expect(abs(try #require(result["tokens_per_second"] as? Double) * elapsed - 70) < 1e-6)

        let conversation = { (answer: String) in
            #"{"conversations": [{"from": "human", "value": "What is the capital of France?"}, "#
                + #"{"from": "gpt", "value": "\#(answer)"}]}"#
        }
        let path = try directory.write(
            "talk.json", "[\(conversation("It is Paris, of course.")), \(conversation("")), {\"conversations\": []}]")
        let talk = try QuireProcess.run([
            "bench", "throughput", "--dataset-path", path, "--num-prompts", "1", "--output-json", file,
        ])
        #expect(talk.status == 0, "\(talk.errors)")
        result = try Self.object(in: file)
        #expect(result["num_requests"] as? Int == 1 && (result["num_generated_tokens"] as? Int ?? 0) >= 4)
        let short = try QuireProcess.run(["bench", "throughput", "--dataset-path", path, "--num-prompts", "2"])
        #expect(short.status == 64 && short.errors.contains("at most 1"), "\(short.errors)")
    }

    private static func object(in path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test("bench scheduler reports each number of requests")
    func benchScheduler() throws {
        let outcome = try QuireProcess.run(["bench", "scheduler", "--requests", "10,20", "--steps", "5"])
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 3)
    }
}
