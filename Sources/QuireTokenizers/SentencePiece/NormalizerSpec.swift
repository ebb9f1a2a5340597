/// How text is prepared before it is cut into pieces.
public struct NormalizerSpec: Sendable {
    /// A name for people: `identity`, `nmt_nfkc`, …
    public var name: String
    /// Puts a space before the text (after it, with `treatWhitespaceAsSuffix`), so that a word reads the same anywhere.
    public var addDummyPrefix: Bool
    /// Drops leading and trailing spaces and makes every run of spaces one.
    public var removeExtraWhitespaces: Bool
    /// Writes spaces as U+2581.
    public var escapeWhitespaces: Bool
    /// Spaces belong to the word before them.
    public var treatWhitespaceAsSuffix: Bool
    /// Replacements of characters, such as NFKC; nil for none.
    public var characterMap: CharacterMap?

    public init(
        name: String = "identity", addDummyPrefix: Bool = true, removeExtraWhitespaces: Bool = false,
        escapeWhitespaces: Bool = true, treatWhitespaceAsSuffix: Bool = false, characterMap: CharacterMap? = nil
    ) {
        self.name = name
        self.addDummyPrefix = addDummyPrefix
        self.removeExtraWhitespaces = removeExtraWhitespaces
        self.escapeWhitespaces = escapeWhitespaces
        self.treatWhitespaceAsSuffix = treatWhitespaceAsSuffix
        self.characterMap = characterMap
    }
}
