/// Classes of characters that tokenizers split and clean by.
enum CharacterClass {
    static let whitespace = ScalarSet(UnicodeProperties.shared.whitespace)
    /// The two joiners are part of the words that they join.
    static let word = ScalarSet(UnicodeProperties.shared.word.union(ScalarRanges([0x200C...0x200D])))
    /// What regular expressions mean by `\w`: Oniguruma counts Latin-1's fractions and superscripts in.
    static let regexWord = UnicodeProperties.shared.word.union(ScalarRanges([0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]))
    static let regexWordSet = ScalarSet(regexWord)
    static let numeric = ScalarSet(UnicodeProperties.shared.ranges(where: \.isNumber))
    static let mark = ScalarSet(UnicodeProperties.shared.ranges(where: \.isMark))
    static let nonspacingMark = ScalarSet(UnicodeProperties.shared.ranges { $0 == .nonspacingMark })
    static let other = ScalarSet(UnicodeProperties.shared.ranges(where: \.isOther))
    /// Punctuation by category, and every ASCII character that is neither letter, digit, space nor control.
    static let punctuation = ScalarSet(
        UnicodeProperties.shared.ranges(where: \.isPunctuation)
            .union(ScalarRanges([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E])))
    /// Ideographs that BERT sets apart.
    ///
    /// Source: the blocks in BERT's `tokenization.py`; the last but two starts where published tokenizers have it.
    static let chinese = ScalarSet(
        ScalarRanges([
            0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F,
        ]))
}
