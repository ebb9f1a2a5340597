import Foundation
import Testing

@Suite("quire inspect on page traces")
struct InspectTraceTests {
    static let trace = """
        {"quire_pages":1,"model":"tiny","block_size":16,"total_blocks":4}
        {"step":1,"ms":0.5,"tokens":20,"prompt_tokens":20,"running":1,"waiting":0,"free":2,"findable":1,\
        "tables":[{"request":0,"branch":0,"tokens":21,"computed":20,"blocks":[0,1]}],"references":[[0,1],[1,1]],\
        "copies":[],"evictions":[],"preemptions":[],"admitted":[{"request":0,"cached_tokens":0}],"finished":[]}
        {"step":2,"ms":0.5,"tokens":1,"prompt_tokens":0,"running":0,"waiting":0,"free":4,"findable":1,"tables":[],\
        "references":[],"copies":[],"evictions":[],"preemptions":[],"admitted":[],"finished":[0]}

        """

    @Test("a trace is drawn as text, with tables or a part of its steps")
    func text() throws {
        let directory = TemporaryDirectory()
        let path = try directory.write("pages.jsonl", Self.trace)
        let all = try QuireProcess.run(["inspect", path])
        #expect(all.status == 0 && all.errors.isEmpty, "\(all.errors)")
        #expect(all.output.hasPrefix("tiny: steps 1–2, 1 request, 4 blocks of 16 tokens\n"), "\(all.output)")
        #expect(all.output.contains("▒▒··") && all.output.hasSuffix("request 0 done\n"))
        let part = try QuireProcess.run(["inspect", path, "--steps", "1", "--tables"])
        #expect(part.output.contains("step 1,") && part.output.hasSuffix("0 1\n"), "\(part.output)")
    }

    @Test("a trace is drawn as SVG, to standard output or a file")
    func svg() throws {
        let directory = TemporaryDirectory()
        let path = try directory.write("pages.jsonl", Self.trace)
        let output = try QuireProcess.run(["inspect", path, "--format", "svg"])
        #expect(output.status == 0 && output.output.hasPrefix("<svg xmlns="), "\(output.errors)")
        let file = directory.url("pages.svg").path
        let quiet = try QuireProcess.run(["inspect", path, "--format", "svg", "--output", file])
        #expect(quiet.status == 0 && quiet.output.isEmpty)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == output.output)
    }

    @Test("a trace that a killed run left is drawn, with a note about its last line")
    func truncated() throws {
        let directory = TemporaryDirectory()
        let path = try directory.write("pages.jsonl", String(Self.trace.dropLast(20)))
        let outcome = try QuireProcess.run(["inspect", path])
        #expect(outcome.status == 0 && outcome.output.contains("step 1,"))
        #expect(outcome.errors.contains("line 3 is not whole"), "\(outcome.errors)")
    }

    @Test("wrong options and broken traces end with a clear message and the right status")
    func mistakes() throws {
        let directory = TemporaryDirectory()
        let path = try directory.write("pages.jsonl", Self.trace)
        let broken = try directory.write("broken.jsonl", Self.trace.replacing("\"free\":4", with: "\"free\":5"))
        let weights = QuireProcess.tinyModel + "/model.safetensors"
        let mistakes: [([String], Int32, [String])] = [
            ([path, "--steps", "2-1"], 64, ["--steps is 2-1", "10-40"]),
            ([path, "--steps", "-1-5"], 64, ["--steps"]),
            ([path, "--steps", "x"], 64, ["--steps is x"]),
            ([path, "--steps", "5-9"], 64, ["--steps is 5-9", "between 1 and 2"]),
            ([path, "--format", "png"], 64, ["png", "text", "svg"]),
            ([path, "--format", "svg", "--tables"], 64, ["--tables", "--format text"]),
            ([path, "--format", "svg", "--output", "/nonexistent/x.svg"], 64, ["--output is /nonexistent/x.svg"]),
            ([broken], 65, ["broken.jsonl line 3", "'free' is 5", "0 to 4"]),
            ([weights, "--tables"], 64, ["--tables", "page trace"]),
            ([weights, "--format", "text"], 64, ["--format", "page trace"]),
            ([weights, "--steps", "1-2"], 64, ["--steps", "page trace"]),
            ([weights, "--output", "x"], 64, ["--output", "page trace"]),
        ]
        for (arguments, status, says) in mistakes {
            let outcome = try QuireProcess.run(["inspect"] + arguments)
            #expect(outcome.status == status && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
            for part in says { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        }
    }
}
