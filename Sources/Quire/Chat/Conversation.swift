import QuireCore
import QuireTemplates

/// A conversation that goes on, turn by turn, within a model's context.
public struct Conversation {
    private let format: ChatFormat
    private let room: Int
    private let opening: [ChatMessage]
    private var turns: [ChatMessage] = []
    /// Messages left out of the last prompt because they no longer fit.
    public private(set) var droppedMessages = 0

    /// - Parameters:
    ///   - system: what the model is told about itself; `nil` leaves it to the template.
    ///   - room: tokens that a prompt may have; older turns are left out to keep it.
    public init(system: String?, format: ChatFormat, room: Int) {
        self.format = format
        self.room = room
        opening = system.map { [.system($0)] } ?? []
    }

    /// Adds a question and returns the tokens to continue with its answer.
    ///
    /// - Throws: `TemplateError`; then the conversation is as it was.
    public mutating func prompt(asking question: String) throws(TemplateError) -> [TokenID] {
        let asked = turns + [.user(question)]
        var dropped = 0
        while true {
            let tokens = try format.tokens(opening + asked[dropped...])
            // A question and its answer go together, and the last question stays.
            if tokens.count <= room || dropped + 2 >= asked.count {
                (turns, droppedMessages) = (asked, dropped)
                return tokens
            }
            dropped += 2
        }
    }

    /// Ends the turn that `prompt` began.
    public mutating func add(answer: String) {
        turns.append(.assistant(String(answer.trimmingPrefix(while: \.isWhitespace))))
    }
}
