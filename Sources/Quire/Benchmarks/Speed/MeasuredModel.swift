import Logging
import QuireCore
import QuireJSON

/// A loaded model whose steps are timed.
public final class MeasuredModel: Sendable {
    public let llm: LLM
    /// Seconds that loading took.
    public let loadTime: Double
    /// What results call it.
    let name: String
    let options: EngineOptions
    private let tally = StepTally()

    /// - Parameter name: `nil` takes the model's place.
    public init(_ options: EngineOptions, name: String? = nil, logger: Logger = LLM.defaultLogger) throws {
        self.options = options
        self.name = name ?? options.model ?? "quire-tiny"
        let start = ContinuousClock.now
        llm = try LLM(options, logger: logger, onTiming: { [tally] in tally.add($0) })
        loadTime = (ContinuousClock.now - start).seconds
    }

    /// Random tokens: the same for the same engine's seed and number.
    package func randomPrompt(_ length: Int, number: Int) -> [TokenID] {
        var random = RandomSource(seed: options.seed, position: number)
        return (0..<length).map { _ in TokenID(random.next() % UInt64(llm.vocabularySize)) }
    }

    /// Runs requests and says what they took, from the first one's submission to the last one's end, in seconds.
    ///
    /// - Throws: `PromptError` for a request that cannot be served.
    package func run(
        _ prompts: [[TokenID]], _ params: [SamplingParams]
    ) throws -> (outputs: [RequestOutput], time: Double, steps: StepTally.Totals) {
        tally.begin()
        let start = ContinuousClock.now
        let outputs = try llm.generate(prompts.map(Prompt.tokens), params, showsProgress: false)
        return (outputs, (ContinuousClock.now - start).seconds, tally.take())
    }

    /// - Throws: `OptionError` where a sequence of these lengths does not fit the model.
    func check(inputLength: Int, outputLength: Int) throws(OptionError) {
        for (name, length) in [("--input-len", inputLength), ("--output-len", outputLength)] {
            guard length >= 1 else { throw OptionError(name: name, value: "\(length)", expected: "at least 1") }
        }
        let limit = llm.maxModelLength
        let (sum, overflows) = inputLength.addingReportingOverflow(outputLength)
        guard !overflows, sum <= limit else {
            throw OptionError(
                name: "--input-len and --output-len", value: "\(inputLength) and \(outputLength)",
                expected: "together at most \(limit), the tokens that a sequence of this model may have; "
                    + "--max-model-len sets it, up to the model's own limit")
        }
    }

    /// What the process held in memory at most so far; pages of mapped files count while they are there.
    public var peakMemory: ByteCount { ByteCount(ResidentMemory.peakBytes) }

    /// What ran, and in how much memory.
    package var members: [(String, JSONValue)] {
        let (plan, choices) = (llm.memoryPlan, llm.backends)
        return [
            ("model", .string(name)),
            ("weight_types", .array(llm.matrixTypes.map { .string($0.rawValue) })),
            ("dtype", .string(options.dtype.rawValue)),
            ("quantization", options.quantization.map { .string($0.name) } ?? .null),
            ("attention_backend", .string(choices.attention)),
            ("matmul_backend", .string(choices.matmul)),
            ("instruction_set", .string(choices.cpu)),
            ("threads", .int(choices.threads)),
            ("load_seconds", .double(loadTime)),
            ("planned_weight_bytes", .int(plan.mappedWeightBytes + plan.packedWeightBytes)),
            ("planned_kv_cache_bytes", .int(plan.kvCacheBytes)),
            ("planned_bytes", .int(plan.totalBytes)),
            ("peak_rss_bytes", .int(peakMemory.bytes)),
            ("version", .string("quire \(quireVersion)")),
        ]
    }
}
