import ArgumentParser
import Quire

/// `quire explain`: what a model will need, before its weights are read.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show the memory plan and the chosen backends without reading weights.")

    @OptionGroup(title: "Engine") var engine: EngineFlags

    func run() throws {
        let (plan, backends, maxModelLength) = try LLM.plan(try engine.options())
        var table = Table(header: ["WHAT", "SIZE", "HOW"])
        func add(_ what: String, _ bytes: Int, _ how: String) { table.add([what, "\(ByteCount(bytes))", how]) }
        add("weights", plan.mappedWeightBytes, "mapped from the files, read in place")
        add(
            "packed weights", plan.packedWeightBytes,
            "copies that the loader or the matmul backend '\(backends.matmul)' makes")
        add(
            "KV cache", plan.kvCacheBytes,
            "\(plan.totalBlocks) blocks of \(plan.blockSize) tokens, \(ByteCount(plan.bytesPerBlock)) each; taken as used"
        )
        add("scratch", plan.scratchBytes, "activations of the largest step, at most")
        add("total", plan.totalBytes, "")
        Terminal.line(table.text)
        Terminal.line()
        Terminal.line("tokens in the cache  \(plan.cacheTokens)")
        Terminal.line("tokens per sequence  \(maxModelLength)")
        if plan.windows.areLimited { Terminal.line("layers see           \(Self.text(of: plan.windows))") }
        if let scheme = backends.quantization { Terminal.line("quantised            \(Terminal.printable(scheme))") }
        Terminal.line("attention            \(backends.attention)")
        Terminal.line("matmul               \(backends.matmul)")
        Terminal.line("KV cache type        \(backends.kvCacheType.rawValue)")
        Terminal.line("kernels              \(backends.cpu), \(backends.threads) threads")
        Terminal.line("batch-invariant      \(backends.isBatchInvariant ? "yes" : "no")")
    }

    /// How far back layers see, in words: "1 group all tokens, 6 groups the last 512".
    private static func text(of windows: KVWindows) -> String {
        let counts = Dictionary(windows.sizes.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.sorted { $0.key ?? .max > $1.key ?? .max }.map { window, count in
            "\(count) group\(count == 1 ? "" : "s") \(window.map { "the last \($0)" } ?? "all tokens")"
        }.joined(separator: ", ")
    }
}
