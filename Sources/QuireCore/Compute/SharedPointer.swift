/// A pointer that the pieces of one job may share.
///
/// Whoever makes one promises that the pieces write disjoint elements, and that the job ends before the memory's owner
/// goes on; `WorkerPool.run` returns only then.
public struct SharedPointer<Element>: @unchecked Sendable {
    public let pointer: UnsafeMutablePointer<Element>

    public init(_ pointer: UnsafeMutablePointer<Element>) { self.pointer = pointer }
}
