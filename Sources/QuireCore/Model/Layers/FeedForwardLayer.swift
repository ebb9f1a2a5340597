/// What a decoder layer does to each token by itself.
public protocol FeedForwardLayer {
    /// `[tokens, hidden]` to the same shape; each row from that row alone.
    func callAsFunction(_ input: Tensor) -> Tensor
}
