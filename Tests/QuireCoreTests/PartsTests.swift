import QuireCore
import Synchronization
import Testing

@Suite("Registry, configuration and plans")
struct PartsTests {
    @Test("a name that is taken or unknown is told with the known ones")
    func registry() throws {
        var registry = PluginRegistry()
        try registry.samplers.add("one", GreedySampler.self)
        #expect(throws: RegistryError.duplicate(kind: "sampler", name: "one")) {
            try registry.samplers.add("one", GreedySampler.self)
        }
        #expect(throws: RegistryError.unknown(kind: "sampler", name: "two", known: ["one"])) {
            try registry.samplers.part(named: "two")
        }
        #expect("\(RegistryError.unknown(kind: "sampler", name: "two", known: ["one"]))".contains("known: one"))
    }

    @Test("configuration fields are read, defaulted, and complained about with file, field and value")
    func configuration() throws {
        let text = #"{"a": 3, "b": 2.5, "c": "x", "d": true, "e": null, "f": {"g": -1}, "h": 4.0}"#
        let config = ModelConfiguration(place: "config.json", values: try JSONValue(parsing: text.utf8, place: "p"))
        #expect(try config.positive("a") == 3)
        #expect(try config.positive("h") == 4)
        #expect(try config.positive("e", default: 7) == 7)
        #expect(try config.number("b", default: 0) == 2.5)
        #expect(try config.flag("d", default: false))
        #expect(try config.string("c", default: "") == "x")
        #expect(
            throws: ConfigurationError(
                place: "config.json", problem: "'z' is missing; expected a whole number of at least 1")
        ) {
            try config.positive("z")
        }
        #expect { try config.positive("b") } throws: { "\($0)".contains("'b' is 2.5") }
        #expect { try config.flag("a", default: false) } throws: { "\($0)".contains("true or false") }
        let nested = try #require(try config.object("f"))
        #expect { try nested.positive("g") } throws: { "\($0)".hasPrefix("config.json: f: 'g' is -1") }
        #expect { try JSONValue(parsing: "{".utf8, place: "here") } throws: { "\($0)".hasPrefix("here") }
    }

    @Test(
        "byte counts are read as people write them",
        arguments: [
            ("65536", 65_536), ("4GiB", 4 << 30), ("1.5 g", 3 << 29), ("512M", 512 << 20), ("2kb", 2_048),
        ])
    func byteCounts(text: String, bytes: Int) { #expect(ByteCount(parsing: text)?.bytes == bytes) }

    @Test("what is no byte count is refused", arguments: ["", "GiB", "-1", "1x", "1e400G", "many"])
    func badByteCounts(text: String) { #expect(ByteCount(parsing: text) == nil) }

    @Test("a memory plan keeps its budget, or says what it needs")
    func memoryPlan() throws {
        func plan(_ budget: MemoryPlan.Budget) throws -> MemoryPlan {
            try MemoryPlan(
                mappedWeightBytes: 1_000, packedWeightBytes: 200, scratchBytes: 300, bytesPerBlock: 100, blockSize: 16,
                maxModelLength: 64, budget: budget)
        }
        #expect(try plan(.process(bytes: 2_000)).totalBytes <= 2_000)
        #expect(try plan(.process(bytes: 2_000)).totalBlocks == 5)
        #expect(try plan(.kvCache(bytes: 1_050)).totalBlocks == 10)
        #expect(try plan(.automatic(maxSequences: 3, machineBytes: 1 << 30)).totalBlocks == 12)
        #expect(try plan(.automatic(maxSequences: 3, machineBytes: 2_000)).totalBlocks == 5)
        #expect(throws: MemoryError.limitTooSmall(limit: 1_599, needed: 1_600, purpose: "--memory-limit")) {
            try plan(.process(bytes: 1_599))
        }
        #expect(throws: MemoryError.limitTooSmall(limit: 99, needed: 100, purpose: "--kv-cache-memory")) {
            try plan(.kvCache(bytes: 99))
        }
    }

    @Test("GGUF tensor names become Hugging Face names, and unknown ones none")
    func ggufNames() {
        let naming = GGUFNaming(architecture: "llama")
        #expect(naming.checkpointName(of: "blk.12.attn_q.weight") == "model.layers.12.self_attn.q_proj.weight")
        #expect(naming.checkpointName(of: "blk.0.ffn_norm.weight") == "model.layers.0.post_attention_layernorm.weight")
        #expect(naming.checkpointName(of: "token_embd.weight") == "model.embed_tokens.weight")
        for unknown in [
            "", "blk", "blk.x.attn_q.weight", "blk.1.attn_magic.weight", "blk.-1.attn_q.weight", "mystery.weight",
        ] {
            #expect(naming.checkpointName(of: unknown) == nil)
        }
    }

    @Test("a worker pool runs every piece once, thousands of times over", arguments: [1, 2, 4])
    func workerPool(threads: Int) {
        let pool = WorkerPool(threads: threads)
        for round in 0..<2_000 {
            let count = round % 37
            let sum = Atomic<Int>(0)
            pool.run(count) { sum.add($0 + 1, ordering: .relaxed) }
            #expect(sum.load(ordering: .relaxed) == count * (count + 1) / 2)
        }
        var touched = Array(repeating: 0, count: 1_001)
        touched.withUnsafeMutableBufferPointer { touched in
            pool.runRanges(touched.count, grain: 7) { range in for index in range { touched[index] += 1 } }
        }
        #expect(touched.allSatisfy { $0 == 1 })
    }

    @Test("kernels are chosen by name, and an unknown one is told with those available")
    func kernels() throws {
        for name in Kernels.available { #expect(try Kernels(named: name).name == name) }
        #expect { try Kernels(named: "mmx") } throws: { "\($0)".contains("mmx") && "\($0)".contains("portable") }
    }
}
