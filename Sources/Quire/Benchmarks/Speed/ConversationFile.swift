import QuireCore
import QuireJSON
import QuireTokenizers

/// A file of conversations in ShareGPT's layout: a JSON list of objects whose `conversations` are turns with a `value`.
///
/// The first turn is a prompt, and the second says how long its answer is.
public struct ConversationFile {
    private let path: String
    private let conversations: [(prompt: String, answer: String)]

    /// Tokens that prompts and answers have at least, prompts at most, and both together at most: those of
    /// `vllm bench throughput`.
    private static let least = 4
    private static let longestPrompt = 1_024
    private static let longest = 2_048
    private static let mostBytes = 2 << 30

    /// - Throws: `ModelError` or `ConfigurationError` that names the file, and the conversation.
    public init(path: String) throws {
        let bytes = try BoundedFile(path: path).read(upTo: Self.mostBytes)
        guard let entries = try JSONValue(parsing: bytes, place: path).arrayValue else {
            throw ConfigurationError(place: path, problem: "is not a list of conversations")
        }
        var conversations: [(prompt: String, answer: String)] = []
        for (index, entry) in entries.enumerated() {
            guard let turns = entry["conversations"]?.arrayValue else {
                throw ConfigurationError(place: path, problem: "entry \(index) has no list 'conversations'")
            }
            // Some conversations of the published set break off.
            guard turns.count >= 2 else { continue }
            guard let prompt = turns[0]["value"]?.stringValue, let answer = turns[1]["value"]?.stringValue else {
                throw ConfigurationError(place: path, problem: "entry \(index) has turns without a text 'value'")
            }
            conversations.append((prompt, answer))
        }
        self.path = path
        self.conversations = conversations
    }

    /// Some of the conversations as requests, the same for the same seed.
    ///
    /// - Parameter outputLength: of every request; `nil` takes the answers' lengths.
    /// - Throws: `ModelError.noTokenizer`, or `OptionError` where too few conversations fit.
    public func requests(
        _ count: Int, outputLength: Int?, for model: MeasuredModel
    ) throws -> [ThroughputBenchmark.Request] {
        guard let tokenizer = model.llm.tokenizer else {
            throw ModelError.noTokenizer(model: model.name, lookedFor: ["tokenizer.model"])
        }
        var order = Array(conversations.indices)
        var random = RandomSource(seed: model.options.seed, position: 0)
        for index in order.indices.dropFirst().reversed() {
            order.swapAt(index, Int(random.next() % UInt64(index + 1)))
        }
        let limit = min(Self.longest, model.llm.maxModelLength)
        var requests: [ThroughputBenchmark.Request] = []
        for index in order where requests.count < count {
            let prompt = tokenizer.encode(conversations[index].prompt)
            let output = outputLength ?? tokenizer.encode(conversations[index].answer, addSpecialTokens: false).count
            guard prompt.count >= Self.least, prompt.count <= Self.longestPrompt, output >= Self.least,
                output <= limit - prompt.count
            else { continue }
            requests.append(ThroughputBenchmark.Request(prompt: prompt, outputLength: output))
        }
        guard requests.count == count else {
            throw OptionError(
                name: "--num-prompts", value: "\(count)",
                expected: "at most \(requests.count): \(path) has no more conversations with prompts of "
                    + "\(Self.least) to \(Self.longestPrompt) tokens that fit \(limit) with their answers")
        }
        return requests
    }
}
