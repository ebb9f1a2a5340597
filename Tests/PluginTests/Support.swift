import LogitsProcessors
import ParallelSampling
import QuireCore
import RandomSampling

/// A model whose logits follow from the last token and its position.
final class TableModel: ModelRunner {
    let vocabularySize: Int
    private let context: ComputeContext
    private let row: (_ token: TokenID, _ position: Int) -> [Float]

    init(vocabularySize: Int, context: ComputeContext, row: @escaping (TokenID, Int) -> [Float]) {
        self.vocabularySize = vocabularySize
        self.context = context
        self.row = row
    }

    func run(_ batch: Batch, copies: [BlockCopy]) -> Tensor {
        let logits = context.tensor(rows: batch.sampledRows.count, columns: vocabularySize)
        for (index, source) in batch.sampledRows.enumerated() {
            _ = logits.row(index).update(fromContentsOf: row(batch.tokens[source], Int(batch.positions[source])))
        }
        return logits
    }
}

/// An engine with the bundled sampler, processor and strategy.
enum PluginEngine {
    static func context() throws -> ComputeContext {
        ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: 1))
    }

    /// Serves one request to its end.
    static func serve(
        _ request: Request, vocabularySize: Int, plugins: [any EnginePlugin.Type] = [],
        row: @escaping (TokenID, Int) -> [Float]
    ) throws -> RequestOutput? {
        let context = try context()
        let registry = try PluginRegistry(
            [RandomSamplingPlugin.self, LogitsProcessorsPlugin.self, ParallelSamplingPlugin.self] + plugins)
        let engine = Engine(
            model: TableModel(vocabularySize: vocabularySize, context: context, row: row),
            parts: try EngineParts(registry: registry), scheduler: SchedulerConfiguration(maxModelLength: 128),
            totalBlocks: 64, blockSize: 4, context: context)
        try engine.add(request)
        while engine.hasUnfinishedRequests {
            for update in engine.step() { if let result = update.result { return try result.get() } }
            engine.checkInvariants()
        }
        return nil
    }
}

/// A checkpoint in memory: zeros under the given names and shapes.
final class ZeroWeights: WeightSource {
    let place = "model.bin"
    private let shapes: [String: [Int]]
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    init(_ shapes: [String: [Int]]) {
        self.shapes = shapes
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    var names: [String] { shapes.keys.sorted() }

    func tensor(named name: String) -> StoredTensor? {
        shapes[name].map {
            let bytes = UnsafeRawBufferPointer(rebasing: memory[..<($0.reduce(1, *) * 4)])
            return StoredTensor(shape: $0, typeName: "f32", bytes: bytes, owner: self, release: {})
        }
    }
}
