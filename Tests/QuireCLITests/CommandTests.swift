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

    @Test("zoo lists the entries, and the embedded model says what transformers says on every backend")
    func zoo() throws {
        let list = try QuireProcess.run(["zoo", "list"])
        #expect(list.output.contains("quire-tiny") && list.output.contains("lmsys/vicuna-7b-v1.5"))
        let test = try QuireProcess.run(["zoo", "test"])
        #expect(test.status == 0, "\(test.output)\(test.errors)")
        #expect(test.output.contains("6 passed, 0 failed, 1 skipped"), "\(test.output)")
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

    @Test("bench scheduler reports each number of requests")
    func benchScheduler() throws {
        let outcome = try QuireProcess.run(["bench", "scheduler", "--requests", "10,20", "--steps", "5"])
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 3)
    }
}
