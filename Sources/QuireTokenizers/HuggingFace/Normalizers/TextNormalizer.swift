/// Changes a text before it is cut: composes, lowercases, replaces.
protocol TextNormalizer: Sendable {
    func normalize(_ text: AlignedText) -> AlignedText
}

/// Several, one after the other.
struct NormalizerSequence: TextNormalizer {
    let parts: [any TextNormalizer]

    func normalize(_ text: AlignedText) -> AlignedText {
        parts.reduce(text) { $1.normalize($0) }
    }
}
