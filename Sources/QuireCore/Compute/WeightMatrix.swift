/// A weight where its file keeps it: `[rows, columns]`, row-major, mapped and read in place.
public struct WeightMatrix: @unchecked Sendable {
    // Safe to share: the memory is read-only and `owner` keeps it mapped.
    public let name: String
    public let rows: Int
    public let columns: Int
    public let type: StorageType
    public let bytes: UnsafeRawBufferPointer
    private let owner: AnyObject
    private let release: @Sendable () -> Void

    /// - Parameters:
    ///   - owner: keeps `bytes` mapped.
    ///   - release: tells the system that the pages are not needed again soon.
    public init(
        name: String, rows: Int, columns: Int, type: StorageType, bytes: UnsafeRawBufferPointer, owner: AnyObject,
        release: @escaping @Sendable () -> Void = {}
    ) {
        precondition(columns % type.elementsPerBlock == 0, "a weight's rows do not divide into blocks")
        precondition(bytes.count == rows * type.bytes(forColumns: columns), "a weight's bytes do not match its shape")
        self.name = name
        self.rows = rows
        self.columns = columns
        self.type = type
        self.bytes = bytes
        self.owner = owner
        self.release = release
    }

    /// Bytes from one row to the next.
    public var rowBytes: Int { type.bytes(forColumns: columns) }

    /// The first byte; valid while this value, or a copy of it, is held.
    public var baseAddress: UnsafeRawPointer { bytes.baseAddress! }

    /// Gives the pages back to the system, for a backend that holds its own copy; reading them again still works.
    public func releasePages() { release() }
}
