import Foundation
import Quire
import QuireCore
import QuireFormats
import Testing

@Suite("Quantised GGUF models")
struct QuantizedModelTests {
    static let variants = LlamaGoldenTests.quantized

    private func path(_ variant: String) -> String { Repository.fixture("llama-quants/\(variant)/model.gguf") }

    private func options(_ variant: String) -> EngineOptions {
        var options = EngineOptions(model: path(variant))
        options.matmulBackend = "exact"
        return options
    }

    @Test("blocks are as large to the kernels as to the reader of files")
    func layouts() throws {
        for type in StorageType.inFiles {
            let element = try #require(ElementType(rawValue: type.rawValue))
            #expect(type.elementsPerBlock == element.elementsPerBlock && type.bytesPerBlock == element.bytesPerBlock)
            #expect(type.isQuantized == element.isQuantized)
        }
    }

    @Test("a plan takes weights as they lie in the file, and copies nothing", arguments: variants)
    func inPlace(variant: String) throws {
        let bytes = try GGUFFile(path: path(variant)).tensors.reduce(0) { $0 + $1.bytes.count }
        let plan = try LLM.plan(options(variant)).plan
        #expect(plan.mappedWeightBytes == bytes && plan.packedWeightBytes == 0)
    }

    @Test("OpenBLAS counts four bytes for every element that it widens")
    func openBLAS() throws {
        var options = options("q4_0")
        options.matmulBackend = "openblas"
        let matrices = try GGUFFile(path: path("q4_0")).tensors.filter {
            $0.shape.count == 2 && $0.name != "token_embd.weight"
        }
        var widened = 0
        for matrix in matrices { widened += matrix.shape[0] * matrix.shape[1] * 4 }
        #expect(try LLM.plan(options).plan.packedWeightBytes == widened)
    }

    @Test("weights converted to float32 give what quantised ones give in place, bit for bit", arguments: variants)
    func converted(variant: String) throws {
        let params = SamplingParams(temperature: 0, maxTokens: 12, ignoreEOS: true, logprobs: 3)
        var options = options(variant)
        let inPlace = try LLM(options).generate([.tokens([5, 6, 7, 8])], params)[0].outputs
        options.dtype = .float32
        #expect(try LLM(options).generate([.tokens([5, 6, 7, 8])], params)[0].outputs == inPlace)
    }

    @Test("weights converted to 16 bits stay near", arguments: [DType.bfloat16, .float16])
    func narrowed(dtype: DType) throws {
        let params = SamplingParams(temperature: 0, maxTokens: 1, ignoreEOS: true, promptLogprobs: 0)
        func logprobs(_ options: EngineOptions) throws -> [Double] {
            let output = try LLM(options).generate([.tokens([1, 2, 3, 4, 5])], params)[0]
            return output.promptLogprobs?.compactMap { $0?.logprob } ?? []
        }
        var options = options("k-mix-1")
        let exact = try logprobs(options)
        options.dtype = dtype
        let narrow = try logprobs(options)
        #expect(exact.count == 4 && exact != narrow)
        for (a, b) in zip(exact, narrow) { #expect(abs(a - b) < 0.2) }
        #expect(try LLM.plan(options).plan.packedWeightBytes > 0)
    }

    /// What loading a changed copy of a file says.
    private func complaint(_ variant: String, _ change: (inout Data) throws -> Void) throws -> String {
        var data = try Data(contentsOf: URL(fileURLWithPath: path(variant)))
        try change(&data)
        let path = NSTemporaryDirectory() + "quire-quant-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try data.write(to: URL(fileURLWithPath: path))
        do {
            _ = try LLM(EngineOptions(model: path))
            return "loaded"
        } catch let error as any UserError {
            return "\(error)"
        }
    }

    /// Writes a tensor's type over the one in its file; the entry has two dimensions.
    private func setType(_ tensor: String, _ number: UInt32, in data: inout Data) throws {
        let name = try #require(data.range(of: Data(tensor.utf8)))
        let place = name.upperBound + 4 + 2 * 8
        data.replaceSubrange(place..<(place + 4), with: withUnsafeBytes(of: number.littleEndian) { Data($0) })
    }

    @Test("a file that ends within its blocks is refused with the tensor's name", arguments: variants)
    func truncated(variant: String) throws {
        let complaint = try complaint(variant) { $0.removeLast(40) }
        #expect(complaint.contains("tensor") && complaint.contains("weight"), "\(complaint)")
    }

    @Test("rows that are not whole blocks are refused with their length and the block's")
    func rowLength() throws {
        let complaint = try complaint("q4_0") { try setType("blk.0.ffn_up.weight", 12, in: &$0) }
        #expect(complaint.contains("blk.0.ffn_up.weight") && complaint.contains("64"), "\(complaint)")
        #expect(complaint.contains("256") && complaint.contains("q4_k"), "\(complaint)")
    }

    @Test("a type that no kernel knows is named with those that run")
    func unknownType() throws {
        // IQ2_XXS is smaller than Q6_K, so that the file is in order.
        let complaint = try complaint("k-mix-1") { try setType("blk.0.ffn_down.weight", 16, in: &$0) }
        #expect(complaint.contains("iq2_xxs") && complaint.contains("this build runs"), "\(complaint)")
        #expect(complaint.contains("q4_k") && complaint.contains("mxfp4"), "\(complaint)")
    }

    @Test("a type that does not exist is named with its number")
    func unknownNumber() throws {
        let complaint = try complaint("q4_0") { try setType("blk.0.ffn_up.weight", 99, in: &$0) }
        #expect(complaint.contains("blk.0.ffn_up.weight") && complaint.contains("99"), "\(complaint)")
    }

    @Test("scales that are not numbers end the request, not the process")
    func notANumber() throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: path("q4_0")))
        // The last tensors are matrices: every byte a part of a NaN or of a block's numbers.
        data.replaceSubrange((data.count - 4_000)..., with: Data(repeating: 0xFF, count: 4_000))
        let path = NSTemporaryDirectory() + "quire-quant-\(UUID().uuidString).gguf"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try data.write(to: URL(fileURLWithPath: path))
        let llm = try LLM(EngineOptions(model: path))
        #expect(throws: PromptError.self) { try llm.generate([.tokens([1])], SamplingParams(temperature: 0)) }
    }
}
