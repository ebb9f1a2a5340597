import Foundation
import Quire
import QuireCore
import QuireFormats
import QuireJSON
import Testing

@Suite("Quantised checkpoints")
struct QuantizedCheckpointTests {
    static let variants = LlamaGoldenTests.checkpoints

    /// Some elements of each quantised weight, as row, column and value.
    private struct Samples: Decodable {
        let values: [String: [[Double]]]
    }

    private func folder(_ variant: String) -> String { Repository.fixture("llama-checkpoints/\(variant)") }

    private func source(_ variant: String) throws -> CheckpointWeights {
        let folder = folder(variant)
        let json = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/config.json"))
        let config = ModelConfiguration(place: folder, values: try JSONValue(parsing: json, place: folder))
        return try CheckpointWeights(
            place: folder, entries: CheckpointFiles(directoryOrFile: folder).tensors,
            scheme: QuantizationScheme(config))
    }

    /// A weight by what a layer with it makes of the unit vectors: `[column][row]`.
    private func values(of name: String, in source: CheckpointWeights, cpu: String, threads: Int) throws -> [[Float]] {
        let shape = try #require(source.tensor(named: name)).shape
        let context = ComputeContext(kernels: try Kernels(named: cpu), workers: WorkerPool(threads: threads))
        let exact = try PluginRegistry(bundledPlugins).matmulBackends.part(named: "exact")
        let loader = WeightLoader(source: source, matmul: try exact.init(context: context), context: context)
        let scope = name.split(separator: ".").dropLast().reduce(loader.root) { $0[String($1)] }
        let layer = try Linear(scope, inputs: shape[1], outputs: shape[0])
        let units = context.tensor(rows: shape[1], columns: shape[1])
        for row in 0..<shape[1] {
            units.row(row).update(repeating: 0)
            units.row(row)[row] = 1
        }
        let output = layer(units)
        return (0..<shape[1]).map { Array(output.row($0)) }
    }

    @Test("values are those of the format's definition, to the bit", arguments: variants, Kernels.available)
    func values(variant: String, cpu: String) throws {
        let json = try Data(contentsOf: URL(fileURLWithPath: folder(variant) + "/golden.json"))
        let samples = try JSONDecoder().decode(Samples.self, from: json).values
        let source = try source(variant)
        #expect(samples.count == 7)
        for (name, elements) in samples {
            let found = try values(of: name, in: source, cpu: cpu, threads: 2)
            for element in elements {
                let (row, column) = (Int(element[0]), Int(element[1]))
                #expect(found[column][row] == Float(element[2]), "\(name) at [\(row), \(column)]")
            }
        }
    }

    @Test(
        "bytes are the same however many threads repack, whatever runs beside, and widened before or not",
        arguments: variants, ["exact", "native"])
    func sameBytes(variant: String, matmul: String) throws {
        let params = SamplingParams(temperature: 0, maxTokens: 12, ignoreEOS: true, logprobs: 3, promptLogprobs: 1)
        let prompts = [[5, 6, 7, 8], [9], [1, 2, 3]].map { Prompt.tokens($0) }
        func answers(_ change: (inout EngineOptions) -> Void) throws -> [InvarianceTests.Answer] {
            var options = EngineOptions(model: folder(variant))
            options.matmulBackend = matmul
            change(&options)
            return InvarianceTests.answers(try LLM(options).generate(prompts, params))
        }
        let expected = try answers { $0.threads = 1 }
        #expect(try answers { $0.threads = 3 } == expected)
        if matmul == "exact" { #expect(try answers { $0.dtype = .float32 } == expected) }
        var options = EngineOptions(model: folder(variant))
        options.matmulBackend = matmul
        let alone = try LLM(options)
        #expect(try prompts.flatMap { InvarianceTests.answers(try alone.generate([$0], params)) } == expected)
    }

    @Test("the default backend stays near, with channels in another order too", arguments: variants)
    func rounded(variant: String) throws {
        let params = SamplingParams(temperature: 0, maxTokens: 1, ignoreEOS: true, promptLogprobs: 0)
        func logprobs(_ backend: String) throws -> [Double] {
            var options = EngineOptions(model: folder(variant))
            options.matmulBackend = backend
            let output = try LLM(options).generate([.tokens([1, 2, 3, 4, 5])], params)[0]
            return output.promptLogprobs?.compactMap { $0?.logprob } ?? []
        }
        let (exact, rounded) = (try logprobs("exact"), try logprobs("native"))
        #expect(exact.count == 4)
        for (a, b) in zip(exact, rounded) { #expect(abs(a - b) < 0.2) }
    }

    /// Bytes of 32 elements of the linear layers.
    static let blockBytes: [(variant: String, bytes: Int)] = [
        ("gptq-32", 19), ("gptq-128-act", 19), ("gptq-v2-act", 21), ("awq-128", 19), ("int4", 21), ("fp8", 36),
        ("float8", 36),
    ]

    @Test("a plan counts repacked weights, and no byte of the file that holds them", arguments: blockBytes)
    func plan(variant: String, bytes: Int) throws {
        var options = EngineOptions(model: folder(variant))
        options.matmulBackend = "exact"
        let plan = try LLM.plan(options).plan
        // q, k, v, o, gate, up and down of one layer; the embedding and three norms are f16 in the file.
        let elements = 128 * (128 + 64 + 64 + 128) + 3 * 128 * 256
        #expect(plan.packedWeightBytes == elements / 32 * bytes)
        #expect(plan.mappedWeightBytes == (96 * 128 + 3 * 128) * 2)
        #expect(try LLM(options).memoryPlan == plan)
        var widened = options
        widened.matmulBackend = "openblas"
        #expect(try LLM.plan(widened).plan.packedWeightBytes == (elements + 96 * 128) * 4)
    }

    @Test("what is chosen says how the weights are quantised")
    func description() throws {
        func says(_ variant: String) throws -> String? {
            try LLM.plan(EngineOptions(model: folder(variant))).backends.quantization
        }
        #expect(try says("gptq-128-act") == "gptq, 4 bits, groups of 128, act-order")
        #expect(try says("gptq-row") == "gptq, 4 bits, a scale per row")
        #expect(try says("awq-64") == "awq, 4 bits, groups of 64")
        #expect(try says("int4") == "compressed-tensors, pack-quantized")
        #expect(try says("fp8-block") == "fp8, E4M3, blocks of 128 × 128")
        #expect(try LLM.plan(EngineOptions(model: Repository.fixture("llama/gqa"))).backends.quantization == nil)
    }
}
