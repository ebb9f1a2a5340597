import Foundation
import Logging
import QuireCore
import QuireTemplates
import QuireTokenizers

/// A model that is ready to generate.
///
/// ```swift
/// let llm = try LLM(model: "lmsys/vicuna-7b-v1.5")
/// let outputs = try llm.generate(["The capital of France is"], SamplingParams(temperature: 0))
/// ```
///
/// It may be used from many threads and tasks at once: requests run together in one engine.
public final class LLM: Sendable {
    /// The model's tokenizer; `nil` where it has none, and then prompts are token ids.
    public let tokenizer: (any Tokenizer)?
    /// How conversations are written: the model's own templates, or a built-in one where it brings none.
    public let chatTemplates: ChatTemplates
    public let memoryPlan: MemoryPlan
    public let backends: BackendChoices
    /// The types of the matrices, the one of most bytes first.
    public let matrixTypes: [StorageType]
    /// Tokens that one sequence may have.
    public let maxModelLength: Int
    /// Tokens that the model knows: ids from 0 up to, not including, this.
    public var vocabularySize: Int { engine.limits.vocabularySize }
    /// Tokens that end a completion.
    public let endTokens: Set<TokenID>
    let model: String
    private let engine: EngineThread
    private let parts: EngineParts

    /// Loads a model.
    ///
    /// - Parameters:
    ///   - registry: the plugins to choose from, beside those of `options.plugins`; `nil` takes `DefaultPlugins`.
    ///   - onStep: sees what every step does to the pages, on the engine's thread.
    ///   - onTiming: sees where every step's time went, on the engine's thread.
    /// - Throws: a `UserError` that names the file or option, the value, and what would be valid.
    public init(
        _ options: EngineOptions, registry: PluginRegistry? = nil, logger: Logger = LLM.defaultLogger,
        onStep: (@Sendable (StepTrace) -> Void)? = nil, onTiming: (@Sendable (StepTiming) -> Void)? = nil
    ) throws {
        let registry = try Self.registry(registry, options)
        let (engine, prepared) = try ModelLoader(options: options, registry: registry, logger: logger).load()
        tokenizer = prepared.files.tokenizer
        endTokens = prepared.files.endTokens
        memoryPlan = prepared.plan
        backends = prepared.choices
        matrixTypes = prepared.matrixTypes
        maxModelLength = prepared.maxModelLength
        model = prepared.files.location.path
        let templates = prepared.files.chatTemplates
        chatTemplates = templates.isEmpty ? ChatTemplates(builtInFor: options.model ?? model) : templates
        parts = engine.parts
        engine.onStep = onStep
        engine.onTiming = onTiming
        // Only the loader made it, and the loader is done.
        nonisolated(unsafe) let owned = engine
        self.engine = EngineThread(owned)
    }

    /// Loads a model with default options.
    ///
    /// - Parameters:
    ///   - model: a directory, a `.gguf` file, a zoo name, or a hub id; `nil` is the embedded one.
    ///   - revision: a branch, tag or commit of a hub id; `nil` is `main`.
    public convenience init(model: String? = nil, revision: String? = nil) throws {
        try self.init(EngineOptions(model: model, revision: revision))
    }

    /// What loading would need, without reading weights.
    public static func plan(
        _ options: EngineOptions, registry: PluginRegistry? = nil, logger: Logger = LLM.defaultLogger
    ) throws -> (plan: MemoryPlan, backends: BackendChoices, maxModelLength: Int) {
        let registry = try self.registry(registry, options)
        let prepared = try ModelLoader(options: options, registry: registry, logger: logger).prepare(isDryRun: true)
        return (prepared.plan, prepared.choices, prepared.maxModelLength)
    }

    private static func registry(_ given: PluginRegistry?, _ options: EngineOptions) throws -> PluginRegistry {
        guard var registry = given else { return try DefaultPlugins.registry(files: options.plugins) }
        try registry.load(options.plugins)
        return registry
    }

    /// Warnings only, on standard error.
    public static var defaultLogger: Logger {
        var logger = Logger(label: "quire") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    /// Completes prompts, all together, and returns when all are done, in their order.
    ///
    /// - Parameter showsProgress: draws a line with tokens per second where standard error is a terminal.
    /// - Throws: `RequestError` or `PromptError`, before anything runs where it can be known then.
    public func generate(
        _ prompts: [Prompt], _ params: SamplingParams = SamplingParams(), showsProgress: Bool = true
    ) throws -> [RequestOutput] {
        try start(prompts, params, onProgress: ProgressBar.observer(showsProgress)).wait()
    }

    /// Completes prompts, each by its own parameters.
    ///
    /// - Parameter params: one per prompt.
    public func generate(
        _ prompts: [Prompt], _ params: [SamplingParams], showsProgress: Bool = true
    ) throws -> [RequestOutput] {
        try start(prompts, params, onProgress: ProgressBar.observer(showsProgress)).wait()
    }

    /// Completes texts.
    public func generate(
        _ prompts: [String], _ params: SamplingParams = SamplingParams(), showsProgress: Bool = true
    ) throws -> [RequestOutput] {
        try generate(prompts.map(Prompt.text), params, showsProgress: showsProgress)
    }

    /// Begins to complete prompts and returns at once.
    ///
    /// - Parameter onProgress: called on the engine's thread, after each step for each prompt that got tokens.
    /// - Throws: `RequestError` for parameters out of range, `PromptError` for a prompt that can never be served; then
    ///   nothing runs.
    public func start(
        _ prompts: [Prompt], _ params: SamplingParams = SamplingParams(),
        onProgress: (@Sendable (GenerationRun.Progress) -> Void)? = nil
    ) throws -> GenerationRun {
        // What is wrong for all prompts is not the first one's fault.
        try params.validate(vocabularySize: engine.limits.vocabularySize)
        return try start(zip(prompts, repeatElement(params, count: prompts.count)), onProgress: onProgress)
    }

    /// Begins to complete prompts, each by its own parameters.
    ///
    /// - Parameter params: one per prompt.
    public func start(
        _ prompts: [Prompt], _ params: [SamplingParams],
        onProgress: (@Sendable (GenerationRun.Progress) -> Void)? = nil
    ) throws -> GenerationRun {
        guard prompts.count == params.count else {
            throw OptionError(
                name: "the list of sampling parameters", value: "\(params.count) long",
                expected: "one for each of the \(prompts.count) prompts")
        }
        return try start(zip(prompts, params), onProgress: onProgress)
    }

    private func start(
        _ asks: some Swift.Sequence<(Prompt, SamplingParams)>,
        onProgress: (@Sendable (GenerationRun.Progress) -> Void)?
    ) throws -> GenerationRun {
        let prompts = asks.map(\.0)
        let requests = try asks.enumerated().map { index, ask in
            do {
                return try request(ask.0, ask.1)
            } catch {
                throw PromptError(index: index, underlying: error)
            }
        }
        return GenerationRun(requests: requests, prompts: prompts, engine: engine, onProgress: onProgress)
    }

    /// Begins to complete one prompt and returns at once.
    ///
    /// - Parameters:
    ///   - onAccepted: called on the engine's thread when the request stands in line; where too many wait already, it is
    ///     refused with its first update instead.
    ///   - onUpdate: called on the engine's thread until the update that has the result; must not block.
    /// - Returns: what `cancel` takes.
    /// - Throws: `RequestError` or another `UserError` for what can never be served; then nothing runs.
    @discardableResult
    public func submit(
        _ prompt: Prompt, _ params: SamplingParams, onAccepted: (@Sendable () -> Void)? = nil,
        onUpdate: @escaping @Sendable (RequestUpdate) -> Void
    ) throws -> RequestID {
        let request = try request(prompt, params)
        engine.submit([request], waits: false, accepted: onAccepted, sink: onUpdate)
        return request.id
    }

    /// Ends requests before the next step; they free their blocks then.
    public func cancel(_ ids: [RequestID]) { engine.cancel(ids) }

    /// Where the engine stood after its latest step.
    public var counters: EngineCounters { engine.counters }

    /// Looks at the pages: at once as they are, and then after every step, on the engine's thread.
    ///
    /// - Parameter observer: takes the place of the one before; `nil` ends the looking, which costs time in every step.
    public func observePages(_ observer: (@Sendable (StepTrace) -> Void)?) {
        engine.perform { engine in
            engine.onStep = observer
            observer?(engine.snapshot)
        }
    }

    /// A checked request.
    func request(_ prompt: Prompt, _ params: SamplingParams) throws -> Request {
        var tokens: [TokenID]
        switch prompt {
        case .tokens(let ids): tokens = ids
        case .text(let text):
            guard let tokenizer else { throw ModelError.noTokenizer(model: model, lookedFor: TokenizerLoader.places) }
            tokens = tokenizer.encode(text)
        }
        if let kept = params.truncatePromptTokens { tokens = tokens.suffix(kept) }
        let request = Request(
            id: engine.makeID(), prompt: tokens, params: params, endTokens: endTokens,
            badWords: try spellings(of: params.badWords),
            makeTextStream: textStreams(params))
        try parts.check(request, limits: engine.limits)
        return request
    }

    /// Each text as tokens, at the beginning of a text and within one.
    ///
    /// - Throws: `ModelError.noTokenizer` where there are texts and no tokenizer.
    private func spellings(of words: [String]) throws -> [[TokenID]] {
        guard !words.isEmpty else { return [] }
        guard let tokenizer else { throw ModelError.noTokenizer(model: model, lookedFor: TokenizerLoader.places) }
        return words.flatMap { word in
            let plain = tokenizer.encode(word, addSpecialTokens: false)
            let spaced = tokenizer.encode(" " + word, addSpecialTokens: false)
            // Where text is encoded with a space in front anyway, the piece without one is spelled apart.
            let bare = tokenizer.id(for: word).map { [$0] }
            return Array(Set([plain, spaced, bare ?? plain]))
        }
    }

    private func textStreams(_ params: SamplingParams) -> (@Sendable () -> any TextStream)? {
        guard let tokenizer else { return nil }
        return {
            StreamingDetokenizer(tokenizer: tokenizer, skipSpecialTokens: params.skipSpecialTokens, continuing: true)
        }
    }
}

// The engine's view of a tokenizer.
extension StreamingDetokenizer: TextStream {}
