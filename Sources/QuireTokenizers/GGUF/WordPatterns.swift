/// The patterns by which published byte-level vocabularies cut text into words.
enum WordPatterns {
    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let symbolsAndBreaks = #" ?[^\s\p{L}\p{N}]+[\r\n]*"#
    private static let word = #"[^\r\n\p{L}\p{N}]?\p{L}+"#

    static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"#
    static let symbols = #"[\p{P}\$\+<=>\^~\|]+"#
    static let falconSymbols = #"[\p{P}\$\+<=>\^~\|`]+"#
    static let llama3 = "\(contractions)|\(word)|\\p{N}{1,3}|\(symbolsAndBreaks)|\(spaces)"
    static let anyNumbers = "\(contractions)|\(word)|\\p{N}+|\(symbolsAndBreaks)|\(spaces)"
    static let qwen2 = "\(contractions)|\(withoutContractions)"
    static let withoutContractions = "\(word)|\\p{N}|\(symbolsAndBreaks)|\(spaces)"
    static let qwen35 =
        "\(contractions)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\(spaces)"
    static let seedCoder = "\(contractions)|\(word)|\\p{N}{1}| ?[^\\s\\p{L}\\p{N}\\r\\n]+|\(spaces)"
    static let bailing =
        #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#
    static let exaoneMoE =
        "\(contractions)|" + #"[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?"#
        + #"|\s*[\r\n]|\s+(?!\S)|\s+"#
    static let jais2 =
        "\(contractions)|\(word)|\\p{N}{1,3}|\(symbolsAndBreaks)|\\s*[\\r\\n]+|"
        + [512, 256, 128, 64, 32, 16, 8, 4].map { "\\s{\($0)}(?!\\S)|" }.joined() + #"\s{1,2}(?!\S)|\s{1}"#

    // MARK: Words by case

    private static let upper = #"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}"#
    private static let lower = #"\p{Ll}\p{Lm}\p{Lo}\p{M}"#

    /// A word ends where lower case meets upper case.
    private static func cased(_ upper: String, _ lower: String, _ ending: String) -> String {
        let start = #"[^\r\n\p{L}\p{N}]?"#
        return "\(start)[\(upper)]*[\(lower)]+\(ending)|\(start)[\(upper)]+[\(lower)]*\(ending)"
    }

    private static func o200k(_ numbers: String) -> String {
        cased(upper, lower, contractions + "?") + "|\(numbers)| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\(spaces)"
    }

    static let o200k = o200k(#"\p{N}{1,3}"#)
    static let o200kOneDigit = o200k(#"\p{N}"#)
    static let tekken = cased(upper, lower, "") + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\(spaces)"
    static let kimi =
        "[\\p{Han}]+|" + cased(upper + #"&&[^\p{Han}]"#, lower + #"&&[^\p{Han}]"#, contractions + "?")
        + "|\\p{N}{1,3}|\(symbolsAndBreaks)|\(spaces)"

    // MARK: Words by script

    static let bloom = #" ?[^(\s|.,!?…。，、।۔،)]+"#
    static let deepSeekCJK = "[\u{4E00}-\u{9FA5}\u{800}-\u{4E00}\u{AC00}-\u{D7FF}]+"
    static let cjkAndKana = "[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+"
    static let youtuScripts =
        "[\u{AC00}-\u{D7A3}\u{3131}-\u{318E}]+|[！…“”‘’—：；，、-〿\u{FE30}-\u{FE4F}]+|[\u{3105}-\u{312F}]+|\(cjkAndKana)"
    static let deepSeek3 =
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        + "| ?[\\p{P}\\p{S}]+[\\r\\n]*|\(spaces)"
    static let deepSeekLLM = [
        #"[\r\n]"#, "\\s?[\(deepSeekLetters)]+", #"\s?[!-/:-~！-／：-～‘-‟　-。]+"#, #"\s+$"#, deepSeekCJK, #"\p{N}+"#,
    ]
    /// The letters that have a case, as of the Unicode version that the model's makers used.
    private static let deepSeekLetters =
        "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝ"
        + "Ὗ-ώᾀ-ᾴᾶ-ᾼ\u{1FBE}ῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u{2126}ℨ\u{212A}-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛ"
        + "Ꜣ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃"
    static let chameleon = [
        "<sentinel:[0-9]+>", "(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z", "([\\t\\n]|    |  )", #"\p{N}"#,
        #"[\p{P}!-/:-@\[-`{-~]"#, gpt2,
    ]
}
