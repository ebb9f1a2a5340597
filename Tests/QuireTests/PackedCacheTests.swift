import Foundation
import Quire
import Testing

@Suite("Packed weights that are kept for the next start")
struct PackedCacheTests {
    private static let params = SamplingParams(temperature: 0, maxTokens: 8, ignoreEOS: true, logprobs: 2)
    private static let model = Repository.fixture("llama-quants/k-mix-1/model.gguf")

    private func outputs(_ model: String, _ folder: String?, _ change: (inout EngineOptions) -> Void = { _ in }) throws
        -> [CompletionOutput]
    {
        var options = EngineOptions(model: model)
        options.packedCache = folder
        change(&options)
        return try LLM(options).generate([.tokens([3, 1, 4, 1, 5])], Self.params, showsProgress: false)[0].outputs
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test("give the same bytes as packing does, whether written or read, and one file")
    func roundTrip() throws {
        try withFolder { folder in
            let expected = try outputs(Self.model, nil)
            #expect(try outputs(Self.model, folder) == expected)
            let written = try files(folder)
            #expect(written.count == 1 && written[0].hasPrefix("model-") && written[0].hasSuffix(".packed"))
            let path = "\(folder)/\(written[0])"
            let before = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            #expect(try outputs(Self.model, folder) == expected)
            #expect(try files(folder) == written)
            #expect(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date == before)
        }
    }

    @Test("are read where they lie: other numbers in the file give other results")
    func isRead() throws {
        try withFolder { folder in
            let expected = try outputs(Self.model, folder)
            let path = "\(folder)/\(try files(folder)[0])"
            var data = try Data(contentsOf: URL(fileURLWithPath: path))
            for index in 0..<(data.count / 2) where index % 64 > 40 { data[index] ^= 0x11 }
            try data.write(to: URL(fileURLWithPath: path))
            #expect(try outputs(Self.model, folder) != expected)
        }
    }

    @Test("are made anew where the file is cut, empty, or of another model")
    func broken() throws {
        try withFolder { folder in
            let expected = try outputs(Self.model, folder)
            let path = "\(folder)/\(try files(folder)[0])"
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var wrongLength = whole
            wrongLength.replaceSubrange(
                whole.count - 16..<whole.count - 8, with: [255, 255, 255, 255, 255, 255, 255, 127])
            var otherModel = whole
            let identity = try #require(otherModel.range(of: Data("native".utf8)))
            otherModel.replaceSubrange(identity, with: Data("foreig".utf8))
            for spoilt in [Data(), whole.prefix(100), whole.dropLast(1), wrongLength, otherModel] {
                try Data(spoilt).write(to: URL(fileURLWithPath: path))
                #expect(try outputs(Self.model, folder) == expected)
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
            }
        }
    }

    @Test("differ by what they were made from and for")
    func identity() throws {
        try withFolder { folder in
            _ = try outputs(Self.model, folder)
            _ = try outputs(Self.model, folder) { $0.cpu = "portable" }
            #expect(try files(folder).count == 2)
            _ = try outputs(Repository.fixture("llama-quants/q4_0/model.gguf"), folder)
            #expect(try files(folder).count == 3)
        }
    }

    @Test("are kept of weights that are quantised on load, which are then not quantised again")
    func quantisedOnLoad() throws {
        try withFolder { folder in
            let tiny = Repository.fixture("llama/gqa")
            func quantised(_ folder: String?) throws -> [CompletionOutput] {
                try outputs(tiny, folder) { $0.quantization = WeightFormat.all.first { $0.name == "q8_0" } }
            }
            let expected = try quantised(nil)
            #expect(try quantised(folder) == expected)
            #expect(try files(folder).count == 1)
            #expect(try quantised(folder) == expected)
        }
    }

    @Test("leave nothing behind for a model of floats")
    func floats() throws {
        try withFolder { folder in
            _ = try outputs(Repository.fixture("llama/gqa"), folder)
            #expect(try files(folder).isEmpty)
        }
    }

    @Test("need a folder that can be made")
    func noFolder() throws {
        #expect(throws: OptionError.self) { try outputs(Self.model, Self.model + "/folder") }
    }
}
