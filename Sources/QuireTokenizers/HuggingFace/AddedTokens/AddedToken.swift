/// A piece that is found in text before anything else.
struct AddedToken: Sendable, Equatable {
    var id: TokenID
    var content: String
    /// Takes the whitespace before it.
    var stripsLeft = false
    /// Takes the whitespace after it.
    var stripsRight = false
    /// Is found only where no letter, digit or mark touches it.
    var isSingleWord = false
    /// Is looked for in normalized text.
    var isNormalized = false
    /// Is a control token: left out of decoded text.
    var isSpecial = false
}
