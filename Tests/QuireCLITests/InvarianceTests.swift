import Foundation
import Testing

@Suite("JSON lines are byte-identical whatever runs beside a request")
struct CommandInvarianceTests {
    /// 32 prompts of many lengths.
    static let prompts: [String] = {
        let words = ["river", "the", "small", "Anna", "seven", "and", "walked", "moon", "of", "garden", "was", "blue"]
        return (0..<32).map { index in
            (0..<(1 + index * index % 61)).map { words[($0 * 7 + index * 5) % words.count] }.joined(separator: " ")
        }
    }()

    /// What is asked for each prompt, in one way after the other.
    static let ways: [[String]] = [
        ["--temperature", "0.8", "--top-p", "0.95", "--seed", "11", "--logprobs", "1"], ["--temperature", "0"],
        ["--n", "3", "--seed", "5"], ["--beam-width", "3", "--n", "2"],
    ]

    /// The lines without their index and metrics.
    static func lines(_ prompts: [String], _ options: [String]) throws -> [String] {
        let outcome = try QuireProcess.run(
            ["generate"] + prompts.flatMap { ["--prompt", $0] } + ["--max-tokens", "12", "--format", "jsonl"] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map { line in
            let start = line.range(of: "\"prompt\"")?.lowerBound ?? line.startIndex
            let end = line.range(of: ",\"metrics\"")?.lowerBound ?? line.endIndex
            return String(line[start..<end])
        }
    }

    @Test("together, in small steps, on one thread or two, and under preemption, cache or none", arguments: ways)
    func identical(way: [String]) throws {
        let together = try Self.lines(Self.prompts, way)
        #expect(together.count == 32)
        let variants = [
            ["--max-num-batched-tokens", "16"], ["--threads", "1"], ["--threads", "2"], ["--max-step-ms", "1"],
            ["--kv-cache-memory", "1MiB"], ["--no-enable-prefix-caching"], ["--no-block-sharing"],
        ]
        for options in variants { #expect(try Self.lines(Self.prompts, way + options) == together, "\(options)") }
    }

    @Test("alone as together", arguments: ways)
    func alone(way: [String]) throws {
        let together = try Self.lines(Self.prompts, way)
        for index in stride(from: 1, to: 32, by: 5) {
            #expect(try Self.lines([Self.prompts[index]], way) == [together[index]])
        }
    }
}
