/// What one step will run.
package struct Step {
    /// Consecutive tokens of one sequence.
    package struct Span {
        package let group: SequenceGroup
        package let sequence: SequenceState
        package let start: Int
        package let count: Int
        /// Whether the sequence then waits for its next token.
        package var completes: Bool { start + count == sequence.tokens.count }
    }

    /// A block that a sequence fills although somebody uses another one that holds the same.
    package struct Duplicate {
        let sequence: SequenceState
        /// Of the entry in the sequence's table.
        let index: Int
    }

    package var spans: [Span] = []
    /// Blocks to copy before anything is written.
    package var copies: [BlockCopy] = []
    /// Blocks that can be found from now on and are full only when the step has run.
    package var published: [BlockID] = []
    /// Blocks that can be given back once the step has run.
    package var duplicates: [Duplicate] = []
    package var numTokens = 0
    /// Those of them that are parts of prompts.
    package var numPromptTokens = 0
    /// Rows of logits for log-probabilities of prompts.
    package var numPromptRows = 0
    package var preempted: [Preemption] = []
    package var admitted: [AdmittedRequest] = []

    package var isEmpty: Bool { spans.isEmpty }
}

/// A request that gave its blocks back.
public struct Preemption: Sendable, Hashable {
    public let request: RequestID
    /// Who needed how much, in words.
    public let reason: String
}

/// A request that began to run.
public struct AdmittedRequest: Sendable, Hashable {
    public let request: RequestID
    /// Tokens whose keys and values were found.
    public let cachedTokens: Int
}
