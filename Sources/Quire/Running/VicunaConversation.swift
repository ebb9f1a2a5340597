import QuireCore
import QuireTokenizers

/// A conversation in the form that Vicuna v1.1 and later were trained on, as tokens: `USER: … ASSISTANT: …</s>`.
public struct VicunaConversation {
    /// What Vicuna was told about itself in training.
    public static let defaultSystem =
        "A chat between a curious user and an artificial intelligence assistant. "
        + "The assistant gives helpful, detailed, and polite answers to the user's questions."

    private let system: String
    private let tokenizer: any Tokenizer
    private let room: Int
    /// Each turn's question, and its answer as the model gave it.
    private var turns: [(question: String, answer: [TokenID])] = []
    private var question = ""
    /// Turns left out of the last prompt because they no longer fit.
    public private(set) var droppedTurns = 0

    /// - Parameters:
    ///   - system: the sentence in front; empty leaves it out.
    ///   - room: tokens that a prompt may have; older turns are left out to keep it.
    public init(system: String, tokenizer: any Tokenizer, room: Int) {
        self.system = system
        self.tokenizer = tokenizer
        self.room = room
    }

    /// The tokens to continue with an answer.
    public mutating func prompt(asking question: String) -> [TokenID] {
        self.question = question
        droppedTurns = 0
        while true {
            let tokens = tokens(from: droppedTurns)
            if tokens.count <= room || droppedTurns == turns.count { return tokens }
            droppedTurns += 1
        }
    }

    /// Ends the turn that `prompt` began.
    public mutating func add(answer: [TokenID]) { turns.append((question, answer)) }

    private func tokens(from first: Int) -> [TokenID] {
        var tokens: [TokenID] = []
        for (index, turn) in turns[first...].enumerated() {
            tokens += encode(turn.question, isFirst: index == 0) + turn.answer
            // An answer that was cut short is closed, so that the next question begins a turn.
            if let end = tokenizer.specialTokens.eos, turn.answer.last != end { tokens.append(end) }
        }
        return tokens + encode(question, isFirst: first == turns.count)
    }

    private func encode(_ question: String, isFirst: Bool) -> [TokenID] {
        let opening = isFirst && !system.isEmpty ? system + " " : ""
        var tokens = tokenizer.encode("\(opening)USER: \(question) ASSISTANT:", addSpecialTokens: false)
        if isFirst, tokenizer.specialTokens.addsBOS, let start = tokenizer.specialTokens.bos {
            tokens.insert(start, at: 0)
        }
        return tokens
    }
}
