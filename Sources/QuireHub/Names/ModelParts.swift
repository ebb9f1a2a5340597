/// How much of a model is needed.
public enum ModelParts: Sendable {
    /// All that running it takes.
    case everything
    /// Configuration, tokenizer and templates; of a GGUF model these are in the file of the weights.
    case withoutWeights
}
