/// A weight `[rows, columns]`, row-major: where its file keeps it, mapped and read in place, or made at loading.
public struct WeightMatrix: @unchecked Sendable {
    // Safe to share: the memory is read-only and `owner` keeps it.
    public let name: String
    public let rows: Int
    public let columns: Int
    public let type: StorageType
    public let bytes: UnsafeRawBufferPointer
    /// Whether the bytes were made at loading, and are memory of this process alone.
    let isMade: Bool
    /// The order of the columns, where it is not that of the inputs; whoever hands the weight to a backend minds it.
    public let order: ColumnOrder?
    private let owner: AnyObject?
    private let release: @Sendable () -> Void

    /// - Parameters:
    ///   - owner: keeps `bytes`.
    ///   - release: tells the system that the pages are not needed again soon.
    public init(
        name: String, rows: Int, columns: Int, type: StorageType, bytes: UnsafeRawBufferPointer, owner: AnyObject?,
        release: @escaping @Sendable () -> Void = {}
    ) {
        self.init(
            name: name, rows: rows, columns: columns, type: type, bytes: bytes, isMade: false, order: nil,
            owner: owner, release: release)
        precondition(bytes.count == byteCount, "a weight's bytes do not match its shape")
    }

    /// A weight that was made at loading.
    init(name: String, rows: Int, columns: Int, type: StorageType, made: MadeWeight) {
        self.init(
            name: name, rows: rows, columns: columns, type: type, bytes: UnsafeRawBufferPointer(made.bytes),
            isMade: true, order: made.order, owner: made, release: {})
        precondition(bytes.count == byteCount, "a weight's bytes do not match its shape")
    }

    /// A weight of which nothing but its size is known: for plans.
    init(sizing name: String, rows: Int, columns: Int, type: StorageType) {
        self.init(
            name: name, rows: rows, columns: columns, type: type, bytes: UnsafeRawBufferPointer(start: nil, count: 0),
            isMade: true, order: nil, owner: nil, release: {})
    }

    private init(
        name: String, rows: Int, columns: Int, type: StorageType, bytes: UnsafeRawBufferPointer, isMade: Bool,
        order: ColumnOrder?, owner: AnyObject?, release: @escaping @Sendable () -> Void
    ) {
        precondition(columns % type.elementsPerBlock == 0, "a weight's rows do not divide into blocks")
        self.name = name
        self.rows = rows
        self.columns = columns
        self.type = type
        self.bytes = bytes
        self.isMade = isMade
        self.order = order
        self.owner = owner
        self.release = release
    }

    /// Some of the rows, as a weight of its own over the same memory.
    public func rows(_ range: Range<Int>) -> WeightMatrix { rows(range, named: "\(name)[\(range)]") }

    func rows(_ range: Range<Int>, named name: String) -> WeightMatrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
        let part = (range.lowerBound * rowBytes)..<(range.upperBound * rowBytes)
        return WeightMatrix(
            name: name, rows: range.count, columns: columns, type: type,
            bytes: bytes.baseAddress == nil ? bytes : UnsafeRawBufferPointer(rebasing: bytes[part]), isMade: isMade,
            order: order, owner: owner, release: release)
    }

    /// Bytes of all rows.
    public var byteCount: Int { rows * rowBytes }

    /// Bytes from one row to the next.
    public var rowBytes: Int { type.bytes(forColumns: columns) }

    /// The first byte; valid while this value, or a copy of it, is held.
    public var baseAddress: UnsafeRawPointer { bytes.baseAddress! }

    /// Gives the pages back to the system, for a backend that holds its own copy; reading them again still works.
    public func releasePages() { release() }
}
