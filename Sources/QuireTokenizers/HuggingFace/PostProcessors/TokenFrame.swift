/// The special tokens around an encoded text.
struct TokenFrame: Sendable, Equatable {
    var prefix: [TokenID] = []
    var suffix: [TokenID] = []
}
