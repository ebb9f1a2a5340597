/// Keeps packed weights from one start of a process to the next.
///
/// What is kept belongs to one model, prepared in one way; telling models apart is the store's part, telling layouts apart
/// the backend's.
public protocol PackedWeightStore: AnyObject, Sendable {
    /// The bytes that were kept for a weight in a layout; `nil` where there are none, or not `count` of them.
    func find(_ name: String, layout: String, count: Int) -> KeptBytes?

    /// Keeps bytes for the next start. What cannot be kept is done without: the store says so itself.
    func keep(_ bytes: UnsafeRawBufferPointer, of name: String, layout: String)
}

/// Read-only bytes and what keeps them valid.
public struct KeptBytes: @unchecked Sendable {
    // Safe to share: nothing writes them, and `owner` holds them.
    public let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject

    public init(bytes: UnsafeRawBufferPointer, owner: AnyObject) {
        self.bytes = bytes
        self.owner = owner
    }
}
