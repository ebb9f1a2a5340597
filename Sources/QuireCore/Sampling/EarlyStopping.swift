/// When beam search ends before `max_tokens`; values and meaning are Hugging Face's.
public enum EarlyStopping: String, Sendable, Hashable, CaseIterable {
    /// Once no running hypothesis would beat the worst finished one if it ended now.
    case no = "false"
    /// As soon as there are as many finished hypotheses as beams.
    case yes = "true"
    /// Only when no running hypothesis can beat the worst finished one any more, however long it becomes.
    case never
}
