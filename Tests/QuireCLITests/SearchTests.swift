import Foundation
import Testing

@Suite("Beam search and page traces on the command line")
struct SearchCommandTests {
    @Test("a beam search prints its hypotheses, best first, with their scores")
    func scores() throws {
        let outcome = try QuireProcess.run([
            "generate", "--prompt", "The capital of France is", "--beam-width", "4", "--n", "3", "--max-tokens", "30",
            "--length-penalty", "0.5", "--early-stopping", "never", "--format", "jsonl",
        ])
        let outputs = try #require(outcome.records.first?["outputs"] as? [[String: Any]], "\(outcome.errors)")
        #expect(outputs.count == 3)
        let scores = outputs.compactMap { $0["score"] as? Double }
        #expect(scores.count == 3 && scores == scores.sorted(by: >))
        for (output, score) in zip(outputs, scores) {
            let sum = try #require(output["cumulative_logprob"] as? Double)
            let length = try #require((output["token_ids"] as? [Int])?.count)
            #expect(abs(score - sum / Double(length).squareRoot()) < 1e-9)
        }
        let plain = try QuireProcess.run(["generate", "--prompt", "A", "--temperature", "0", "--format", "jsonl"])
        #expect(!plain.output.contains("score"))
    }

    static let mistakes: [(options: [String], says: String)] = [
        (["--beam-width", "4", "--n", "5"], "n is 5; expected at most beam_width (4)"),
        (["--beam-width", "0"], "beam_width is 0; expected 1 to 256"),
        (["--beam-width", "257"], "beam_width is 257"), (["--beam-width", "2", "--top-p", "0.5"], "top_p is 0.5"),
        (["--beam-width", "2", "--temperature", "0.7"], "temperature is 0.7; expected 0 or 1"),
        (["--beam-width", "2", "--length-penalty", "nan"], "length_penalty is nan"),
        (
            ["--beam-width", "2", "--length-penalty", "-1e308"],
            "length_penalty is -1e+308; expected a number from -10 to 10"
        ),
        (["--length-penalty", "2"], "length_penalty is 2.0; expected 1 without beam_width"),
        (["--early-stopping", "true"], "early_stopping is true"),
        (["--beam-width", "8", "--max-num-seqs", "4"], "beam_width is 8; expected at most 4"),
        (["--min-tokens", "9", "--max-tokens", "8"], "min_tokens is 9; expected at most max_tokens (8)"),
        (["--top-p", "0"], "top_p is 0"), (["--temperature", "nan"], "temperature is nan"),
        (["--logit-bias", "4000=1"], "logit_bias is 4000"), (["--n", "1025"], "n is 1025"),
        (["--decoding-strategy", "best"], "unknown decoding strategy 'best'; known: beam, parallel"),
        (["--max-queued-requests", "0"], "max-queued-requests is 0"),
    ]

    @Test("contradictory and impossible options are named with what is valid", arguments: mistakes)
    func mistake(options: [String], says: String) throws {
        let outcome = try QuireProcess.run(["generate", "--prompt", "A"] + options)
        #expect(outcome.status == 64 && outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test("a thousand stop texts are served")
    func manyStops() throws {
        let stops = (0..<1_000).flatMap { ["--stop", "nothing like this \($0)"] } + ["--stop", "Paris"]
        let outcome = try QuireProcess.run(
            ["generate", "--prompt", "The capital of France is", "--temperature", "0", "--format", "jsonl"] + stops)
        #expect(outcome.output.contains("\"stop_reason\":\"Paris\""), "\(outcome.errors)")
    }

    @Test("a page trace accounts for every block in every step, and can be drawn")
    func trace() throws {
        let path = NSTemporaryDirectory() + "quire-trace-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let outcome = try QuireProcess.run([
            "generate", "--prompt", "The capital of France is", "--prompt", "Once upon a time", "--prompt", "My dog",
            "--beam-width", "4", "--max-tokens", "40", "--ignore-eos", "--kv-cache-memory", "1400000",
            "--trace-pages", path,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let total = try #require(lines[0]["total_blocks"] as? Int)
        #expect(lines[0]["quire_pages"] as? Int == 1 && lines[0]["block_size"] as? Int == 16)
        for (index, step) in lines.dropFirst().enumerated() {
            #expect(step["step"] as? Int == index + 1)
            let references = try #require(step["references"] as? [[Int]])
            let tables = try #require(step["tables"] as? [[String: Any]])
            let entries = tables.flatMap { $0["blocks"] as? [Int] ?? [] }
            #expect(references.count + (step["free"] as? Int ?? -1) == total)
            #expect(references.reduce(0) { $0 + $1[1] } == entries.count)
            #expect(Set(references.map { $0[0] }) == Set(entries))
        }
        let preemptions = lines.flatMap { $0["preemptions"] as? [[String: Any]] ?? [] }
        #expect(!preemptions.isEmpty && preemptions.allSatisfy { ($0["reason"] as? String)?.contains("needs") == true })
        #expect(lines.contains { !($0["copies"] as? [[Int]] ?? []).isEmpty })
        #expect((lines.last?["references"] as? [[Int]])?.isEmpty == true)
        let finished = lines.flatMap { $0["finished"] as? [Int] ?? [] }
        #expect(finished.sorted() == [0, 1, 2])

        let text = try QuireProcess.run(["inspect", path])
        #expect(text.status == 0 && text.output.contains("preempt request") && text.output.contains("copies"))
        let picture = try QuireProcess.run(["inspect", path, "--format", "svg"])
        #expect(picture.status == 0 && picture.output.hasPrefix("<svg"))
    }

    @Test("a trace that cannot be written is told before the model is loaded")
    func noTrace() throws {
        let outcome = try QuireProcess.run([
            "generate", "--prompt", "A", "--model", "nowhere", "--trace-pages", "/nonexistent/trace.jsonl",
        ])
        #expect(outcome.status == 69 && outcome.errors.contains("/nonexistent/trace.jsonl cannot be written"))
    }
}
