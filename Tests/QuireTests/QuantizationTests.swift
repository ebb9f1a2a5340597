import Foundation
import Quire
import QuireFormats
import Testing

@Suite("Quantising while loading")
struct QuantizationTests {
    private static let formats = ["q8_0", "q4_0", "q5_1", "q2_k", "q4_k", "q4_k_m", "q6_k", "iq4_xs", "mxfp4"]

    private func options(_ format: String, model: String? = nil, matmul: String = "native") throws -> EngineOptions {
        var options = EngineOptions(model: model)
        options.quantization = try WeightFormat(named: format)
        options.matmulBackend = matmul
        return options
    }

    private func logprobs(_ options: EngineOptions) throws -> [Double] {
        let params = SamplingParams(temperature: 0, maxTokens: 8, ignoreEOS: true, logprobs: 0, promptLogprobs: 0)
        let output = try LLM(options).generate(["Once upon a time in a land"], params)[0]
        return (output.promptLogprobs ?? []).compactMap { $0?.logprob }
            + (output.outputs[0].logprobs ?? []).map(\.logprob)
    }

    @Test("a model says what its converted file says, bit for bit", arguments: formats)
    func sameAsConverted(format: String) throws {
        let (floats, file) = (TemporaryFile(), TemporaryFile())
        try ModelConverter(model: "quire-tiny").write(to: floats.path)
        try ModelConverter(model: "quire-tiny", format: try WeightFormat(named: format)).write(to: file.path)
        let converted = try logprobs(EngineOptions(model: file.path))
        #expect(converted.count > 12)
        #expect(try logprobs(options(format, model: floats.path)) == converted)
        // Hugging Face's layout adds up the products of queries and keys in another order.
        for (a, b) in zip(try logprobs(options(format)), converted) { #expect(abs(a - b) < 0.05) }
    }

    @Test("the plan counts what will be in memory: quantised copies, and packed ones in their stead")
    func plan() throws {
        let file = TemporaryFile()
        try ModelConverter(model: "quire-tiny", format: try WeightFormat(named: "q4_0")).write(to: file.path)
        let tensors = try GGUFFile(path: file.path).tensors
        let matrices = tensors.filter { $0.shape.count == 2 }.reduce(0) { $0 + $1.bytes.count }
        let exact = try LLM.plan(options("q4_0", matmul: "exact")).plan
        #expect(exact.packedWeightBytes == matrices)
        // Norms stay in the file, as bf16.
        #expect(exact.mappedWeightBytes == 9 * 256 * 2)
        // Of a tied embedding there are two copies: one for look-ups, one for the vocabulary.
        let embedding = tensors.filter { $0.name == "token_embd.weight" }.reduce(0) { $0 + $1.bytes.count }
        let fromFile = try LLM.plan(EngineOptions(model: file.path)).plan
        let packed = try LLM.plan(options("q4_0")).plan
        #expect(packed.packedWeightBytes == fromFile.packedWeightBytes + embedding)
    }

    @Test("rows that do not divide into blocks get the next better type, as in llama.cpp")
    func substitutes() throws {
        // Rows of 64 and 96 hold no block of 256.
        let types = [("q4_k", ElementType.q5_0), ("q5_k", .q5_1), ("q6_k", .q8_0), ("q3_k", .iq4_nl)]
        for (format, expected) in types {
            let file = TemporaryFile()
            let converter = try ModelConverter(
                model: Repository.fixture("llama/gqa"), format: try WeightFormat(named: format))
            try converter.write(to: file.path)
            let tensors = try GGUFFile(path: file.path).tensors
            #expect(tensors.first { $0.name == "blk.0.ffn_up.weight" }?.type == expected)
            #expect(tensors.first { $0.name == "output.weight" }?.type == .q8_0)
            #expect(converter.substitutes.count == tensors.filter { $0.shape.count == 2 }.count)
            #expect(try LLM.plan(options(format, model: Repository.fixture("llama/gqa"))).plan.packedWeightBytes > 0)
        }
    }

    /// What loading says.
    private func complaint(_ options: EngineOptions) -> String {
        do {
            _ = try LLM(options)
            return "loaded"
        } catch {
            return "\(error)"
        }
    }

    @Test("a model that is quantised already is refused with the type that it has")
    func quantizedAlready() throws {
        let path = Repository.fixture("llama-quants/q4_1/model.gguf")
        let complaint = complaint(try options("q4_0", model: path))
        #expect(complaint.contains("quantised already") && complaint.contains("q4_1"), "\(complaint)")
        #expect(complaint.contains(path) && complaint.contains("bf16"), "\(complaint)")
    }

    @Test("weights that are not finite are refused by name and row, with nothing left of a file")
    func notFinite() throws {
        for number: Float in [.nan, -.infinity, 1e9] {
            let folder = try ModelFolder()
            let index = folder.index(of: "model.layers.1.mlp.up_proj.weight")
            let columns = folder.tensors[index].shape[1]
            withUnsafeBytes(of: number) {
                folder.tensors[index].bytes.replaceSubrange((4 * columns * 5)..<(4 * columns * 5 + 4), with: $0)
            }
            try folder.writeFiles()
            let complaint = complaint(try options("q4_0", model: folder.path))
            #expect(complaint.contains("up_proj") && complaint.contains("row 5"), "\(complaint)")
            let converter = try ModelConverter(model: folder.path, format: try WeightFormat(named: "q8_0"))
            let error = #expect(throws: WeightError.self) { try converter.write(to: folder.path + "/out.gguf") }
            #expect(error?.problem.contains("row 5") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.sorted() == ["config.json", "model.safetensors"])
        }
    }

    @Test("the option stands in the environment and in files too, and not beside dtype")
    func option() throws {
        let options = try EngineOptions(file: nil, environment: ["QUIRE_QUANTIZATION": "Q4_K_M"], flags: [])
        #expect(options.quantization?.name == "q4_k_m")
        let unknown = #expect(throws: OptionError.self) {
            try EngineOptions(file: nil, environment: ["QUIRE_QUANTIZATION": "int3"], flags: [])
        }
        #expect(unknown?.name == "QUIRE_QUANTIZATION" && unknown?.expected.contains("q8_0, q4_0") == true)
        let float = #expect(throws: OptionError.self) {
            try EngineOptions(file: nil, environment: [:], flags: [("quantization", "bf16")])
        }
        #expect(float?.expected.contains("bf16") == false)
        let both = #expect(throws: OptionError.self) {
            try EngineOptions(
                file: nil, environment: [:], flags: [("quantization", "q4_0"), ("dtype", "float32")])
        }
        #expect(both?.description.contains("beside dtype") == true)
    }
}
