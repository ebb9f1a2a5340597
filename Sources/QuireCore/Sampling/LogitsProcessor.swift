/// Changes a row of logits before a token is chosen, for one request.
public protocol LogitsProcessor: Sendable {
    static var name: String { get }

    /// A processor's place in the order of application; lower goes first, then by name.
    static var order: Int { get }

    /// The processor for a request, or `nil` where the request does not need it.
    static func make(for request: Request) throws -> Self?

    /// - Parameters:
    ///   - logits: one row, `[vocabulary]`; `-inf` forbids a token.
    ///   - generated: the tokens chosen so far in this sequence.
    func apply(to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>) throws
}
