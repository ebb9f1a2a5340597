import Foundation
import Quire
import QuireFormats
import QuireTokenizers
import Testing

@Suite("Converting to GGUF")
struct ConversionTests {
    private func convert(_ model: String, _ format: String? = nil, threads: Int = 2) throws -> TemporaryFile {
        let file = TemporaryFile()
        let converter = try ModelConverter(
            model: model, format: try format.map { try WeightFormat(named: $0) }, threads: threads)
        try converter.write(to: file.path)
        return file
    }

    @Test(
        "tensors and metadata are those that Python's gguf writes for the same model",
        arguments: LlamaGoldenTests.ggufVariants)
    func reference(variant: String) throws {
        let expected = try GGUFFile(path: Repository.fixture("llama/\(variant)/model.gguf"))
        let file = try convert(Repository.fixture("llama/\(variant)"))
        let found = try GGUFFile(path: file.path)
        let tensors = Dictionary(uniqueKeysWithValues: found.tensors.map { ($0.name, $0) })
        #expect(tensors.count == expected.tensors.count)
        for tensor in expected.tensors {
            let ours = try #require(tensors[tensor.name], "\(tensor.name)")
            #expect(ours.type == tensor.type && ours.shape == tensor.shape, "\(tensor.name)")
            if tensor.name == "rope_freqs.weight" {
                #expect(isNear(ours, tensor))
            } else {
                #expect(data(ours) == data(tensor), "\(tensor.name)")
            }
        }
        // A head's size follows from the others where config.json leaves it out.
        let derived = ["llama.attention.key_length", "llama.attention.value_length", "llama.rope.dimension_count"]
        for (key, value) in expected.metadata where !derived.contains(key) {
            #expect(found.metadata[key] == value, "\(key)")
        }
    }

    private func data(_ tensor: TensorEntry) -> Data { tensor.bytes.withUnsafeBytes { Data($0) } }

    private func isNear(_ a: TensorEntry, _ b: TensorEntry) -> Bool {
        func floats(_ tensor: TensorEntry) -> [Float] {
            tensor.bytes.withUnsafeBytes { raw in
                (0..<(raw.count / 4)).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
            }
        }
        return zip(floats(a), floats(b)).allSatisfy { abs($0 - $1) <= 1e-6 * abs($1) }
    }

    @Test("a GGUF file that is converted as it is stays as it is")
    func unchanged() throws {
        let first = try convert("quire-tiny")
        let second = try convert(first.path)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: first.path))
                == Data(contentsOf: URL(fileURLWithPath: second.path)))
    }

    @Test("a folder and its GGUF file become the same quantised file, on any number of threads")
    func twice() throws {
        let fromFolder = try convert("quire-tiny", "q4_k_m", threads: 1)
        let floats = try convert("quire-tiny")
        let fromFile = try convert(floats.path, "q4_k_m", threads: 3)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: fromFolder.path))
                == Data(contentsOf: URL(fileURLWithPath: fromFile.path)))
    }

    @Test("the vocabulary goes along: the same text has the same ids, the same ids the same text")
    func vocabulary() throws {
        let file = try convert("quire-tiny", "q8_0")
        let original = try #require(try LLM().tokenizer)
        let converted = try #require(try LLM.tokenizer(model: file.path) as? SentencePieceTokenizer)
        #expect(converted.vocabularySize == original.vocabularySize)
        let text = try String(contentsOfFile: "\(Repository.root)/ModelZoo/quire-tiny/heldout.txt", encoding: .utf8)
        for line in text.split(separator: "\n").map(String.init) + ["  two  spaces ", "é\u{2581}🎈", "<s></s>", ""] {
            let ids = original.encode(line)
            #expect(converted.encode(line) == ids)
            #expect(converted.decode(ids) == original.decode(ids))
        }
        #expect(converted.specialTokens == original.specialTokens)
    }

    @Test("ids beyond the tokenizer's get pieces, and chat templates go along")
    func folder() throws {
        let folder = try ModelFolder()
        let zoo = "\(Repository.root)/ModelZoo/quire-tiny"
        let names = ["tokenizer.model"]
        for name in names { try folder.write(name, Data(contentsOf: URL(fileURLWithPath: "\(zoo)/\(name)"))) }
        try folder.write("tokenizer_config.json", Data(#"{"chat_template": "{{ bos }}", "add_eos_token": true}"#.utf8))
        folder.widenVocabulary(to: 2_050)
        try folder.writeFiles()
        let file = try convert(folder.path)
        let metadata = try GGUFFile(path: file.path).metadata
        let tokens = try #require(metadata["tokenizer.ggml.tokens"]?.strings)
        #expect(tokens.count == 2_050 && Set(tokens).count == 2_050)
        #expect(metadata["tokenizer.ggml.token_type"]?.integers?.last == 5)
        #expect(metadata["tokenizer.chat_template"]?.string == "{{ bos }}")
        #expect(metadata["tokenizer.ggml.add_eos_token"]?.bool == true)
        #expect(metadata["general.file_type"]?.integer == 0)
    }

    @Test("a file that is there is kept unless it may be replaced")
    func existing() throws {
        let file = try convert("quire-tiny")
        let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
        let converter = try ModelConverter(model: "quire-tiny", format: try WeightFormat(named: "q8_0"))
        #expect(throws: FormatError.self) { try converter.write(to: file.path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
        try converter.write(to: file.path, overwrites: true)
        #expect(try GGUFFile(path: file.path).tensors.contains { $0.type == .q8_0 })
    }

    @Test("progress ends with everything written")
    func progress() throws {
        let file = TemporaryFile()
        let converter = try ModelConverter(model: "quire-tiny")
        let last = LastProgress()
        try converter.write(to: file.path) { last.note($0, $1) }
        #expect(last.most == converter.byteCounts.written && last.total == last.most)
    }
}

/// The furthest that a conversion said it was.
private final class LastProgress: @unchecked Sendable {
    // Under the lock.
    private let lock = NSLock()
    private(set) var most = 0
    private(set) var total = 0

    func note(_ written: Int, _ total: Int) {
        lock.withLock { (most, self.total) = (max(most, written), total) }
    }
}
