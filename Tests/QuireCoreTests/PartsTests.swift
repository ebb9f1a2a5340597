import QuireCore
import QuireJSON
import Testing

@Suite("Registry, configuration and plans")
struct PartsTests {
    @Test("a name that is taken or unknown is told with the known ones")
    func registry() throws {
        var registry = PluginRegistry()
        try registry.samplers.add("one", TopThreeSampler.self)
        #expect(throws: RegistryError.duplicate(kind: "sampler", name: "one")) {
            try registry.samplers.add("one", TopThreeSampler.self)
        }
        #expect(throws: RegistryError.unknown(kind: "sampler", name: "two", known: ["one"])) {
            try registry.samplers.part(named: "two")
        }
        let unknown = RegistryError.unknown(kind: "sampler", name: "two", known: ["one", "three"])
        #expect("\(unknown)" == "unknown sampler 'two'; known: one, three")
        let nothing = RegistryError.unknown(kind: "sampler", name: "two", known: [])
        #expect("\(nothing)" == "unknown sampler 'two'; known: none")
        let duplicate = RegistryError.duplicate(kind: "sampler", name: "one")
        #expect("\(duplicate)" == "two plugins bring a sampler named 'one'; names must differ")
    }

    private enum One: EnginePlugin {
        static func register(in registry: inout PluginRegistry) throws(RegistryError) {
            try registry.samplers.add("one", TopThreeSampler.self)
            try registry.decodingStrategies.add("one", FanStrategy.self)
        }
    }

    @Test("plugins fill the table of each kind, and the same name twice in one kind is an error")
    func plugins() throws {
        let registry = try PluginRegistry([One.self])
        #expect(registry.samplers.names == ["one"] && registry.decodingStrategies.names == ["one"])
        #expect(registry.summary.filter { !$0.names.isEmpty }.map(\.kind) == ["sampler", "decoding strategy"])
        #expect(throws: RegistryError.duplicate(kind: "sampler", name: "one")) {
            try PluginRegistry([One.self, One.self])
        }
        #expect(throws: RegistryError.unknown(kind: "sampler", name: "random", known: ["one"])) {
            try EngineParts(registry: registry)
        }
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

    @Test("a list of architectures that is missing, empty or no list of names is complained about")
    func architectures() throws {
        func config(_ value: JSONValue?) -> ModelConfiguration {
            ModelConfiguration(place: "c", values: .object(value.map { ["architectures": $0] } ?? [:]))
        }
        #expect(try config(.array([.string("A"), .int(1), .string("B")])).architectures == ["A", "B"])
        for value: JSONValue? in [nil, .null, .array([]), .string("A"), .array([.int(1)])] {
            #expect { try config(value).architectures } throws: { "\($0)".hasPrefix("c: 'architectures' ") }
        }
    }

    @Test("a size too large to compute with is refused, and the largest valid one is told")
    func hugeSizes() throws {
        let values = JSONValue.object(["a": .int(3_000_000_000), "b": .double(1e300), "c": .int(2_147_483_647)])
        let config = ModelConfiguration(place: "c", values: values)
        #expect(try config.positive("c") == 2_147_483_647)
        for field in ["a", "b"] {
            #expect { try config.positive(field) } throws: { "\($0)".contains("2147483647") }
        }
    }

    @Test("a memory plan keeps its budget, or says what it needs")
    func memoryPlan() throws {
        func plan(_ budget: MemoryPlan.Budget) throws -> MemoryPlan {
            try MemoryPlan(
                mappedWeightBytes: 1_000, packedWeightBytes: 200, scratchBytes: 300, bytesPerBlock: 100,
                windows: KVWindows(blockSize: 16), maxModelLength: 64, maxBatchedTokens: 32, budget: budget)
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

    @Test("kernels are chosen by name, and an unknown one is told with those available")
    func kernels() throws {
        for name in Kernels.available { #expect(try Kernels(named: name).name == name) }
        #expect { try Kernels(named: "mmx") } throws: { "\($0)".contains("mmx") && "\($0)".contains("portable") }
    }
}
