import QuireCore
import QuireFormats
import QuireTokenizers
import Synchronization

/// Writes a model whose weights are floats as one GGUF file, quantised where that is asked for.
///
/// Everything about the model that GGUF has a word for goes with it: shapes, rotary scaling, vocabulary, special tokens,
/// chat template; from a GGUF file, all of its metadata. Weights are read and written a piece at a time.
public final class ModelConverter: Sendable {
    private let files: ModelFiles
    private let format: WeightFormat?
    private let metadata: [(key: String, value: GGUFValue)]
    private let tensors: [ConvertedTensor]
    private let kernels: Kernels
    private let workers: WorkerPool
    /// The file in the making, for `discard`.
    private let writer = Mutex<GGUFWriter?>(nil)

    /// The architectures that can be written.
    private static func writable(_ registry: PluginRegistry) throws -> [String] {
        try registry.architectures.names.filter {
            try registry.architectures.part(named: $0).gguf?.isWritable ?? false
        }
    }

    /// Finds and checks the model, and writes nothing yet.
    ///
    /// - Parameters:
    ///   - model: as `EngineOptions.model`.
    ///   - revision: as `EngineOptions.revision`.
    ///   - format: what matrices become; `nil` leaves them as they are stored.
    ///   - plugins: as `EngineOptions.plugins`; one may know the model.
    /// - Throws: a `UserError` where the model cannot be loaded, is quantised already, or has no form in GGUF.
    public init(
        model: String, revision: String? = nil, format: WeightFormat? = nil, threads: Int? = nil,
        plugins: [String] = []
    ) throws {
        let registry = try DefaultPlugins.registry(files: plugins)
        files = try ModelFiles(try ModelLocation(finding: model, revision: revision), registry: registry)
        self.format = format
        guard let naming = files.architecture.gguf, naming.isWritable else {
            throw ConversionError(
                place: files.location.path,
                problem: "GGUF files are not written for the architecture '\(try files.config.architectures[0])'; "
                    + "they are for \(try Self.writable(registry).joined(separator: ", "))")
        }
        try files.checkNotQuantized()
        kernels = try Kernels()
        workers = WorkerPool(threads: threads ?? WorkerPool.availableProcessors)
        let context = ComputeContext(kernels: kernels, workers: workers)
        let rotary = try RotaryForm(files.config, naming)
        let names = try files.claimedWeights(
            sizedBy: registry.matmulBackends.part(named: EngineOptions().matmulBackend).init(context: context),
            context: context)
        tensors = try ConvertedTensor.all(names, files, naming, format, rotary)
        metadata = try ModelMetadata(files, naming, rotary).entries(format: format, tensors: tensors)
    }

    /// Matrices that get another type than the format's, because their rows do not divide into its blocks.
    public var substitutes: [(name: String, type: String)] {
        tensors.filter(\.isSubstitute).map { ($0.tensor.name, $0.tensor.type.rawValue) }
    }

    /// Bytes of all tensors, before and after.
    public var byteCounts: (stored: Int, written: Int) {
        (tensors.reduce(0) { $0 + $1.storedBytes }, tensors.reduce(0) { $0 + $1.writtenBytes })
    }

    /// Writes the file, on all threads.
    ///
    /// - Parameters:
    ///   - overwrites: whether a file at `path` may be replaced.
    ///   - onProgress: is told how many of how many bytes are written, from any thread.
    /// - Throws: `FormatError` where the file cannot be written, `WeightError` for a number that cannot be stored; then
    ///   nothing is left behind.
    public func write(
        to path: String, overwrites: Bool = false,
        onProgress: @escaping @Sendable (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let writer = try GGUFWriter(
            path: path, metadata: metadata, tensors: tensors.map(\.tensor), overwrites: overwrites)
        self.writer.withLock { $0 = writer }
        defer { discard() }
        let total = writer.byteCounts.reduce(0, +)
        let state = Mutex<(written: Int, failure: (any UserError)?)>((0, nil))
        for (index, tensor) in tensors.enumerated() {
            let encoder = tensor.encoder(kernels: kernels)
            tensor.forPieces(workers: workers) { rows in
                guard state.withLock({ $0.failure == nil }) else { return }
                let piece = OwnedBytes(count: rows.count * encoder.rowBytes)
                do {
                    if let row = encoder.encode(rows, into: piece.bytes.baseAddress!) {
                        throw encoder.complaint(row: row, place: files.weights.place)
                    }
                    try writer.write(
                        UnsafeRawBufferPointer(piece.bytes), ofTensor: index, at: rows.lowerBound * encoder.rowBytes)
                    let written = state.withLock { state in
                        state.written += piece.bytes.count
                        return state.written
                    }
                    onProgress(written, total)
                } catch let error as any UserError {
                    state.withLock { $0.failure = $0.failure ?? error }
                } catch {
                    preconditionFailure("an error that nobody throws: \(error)")
                }
            }
            if let failure = state.withLock({ $0.failure }) { throw failure }
        }
        try writer.finish()
    }

    /// Removes what `write` has written so far, for one who interrupts it from another thread.
    public func discard() { writer.withLock { $0?.discard() } }
}

/// A model that has no form in GGUF.
public struct ConversionError: UserError, Equatable {
    public let place: String
    public let problem: String
    public var kind: UserErrorKind { .data }
    public var description: String { "\(place): \(problem)" }
}
