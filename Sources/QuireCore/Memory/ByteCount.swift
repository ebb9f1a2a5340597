/// A number of bytes that is written, and read, as people write it: `1.5 GiB`, `512M`, `65536`.
public struct ByteCount: Sendable, Hashable, CustomStringConvertible {
    public let bytes: Int

    public init(_ bytes: Int) { self.bytes = bytes }

    private static let units: [(suffix: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]

    /// Reads a number with an optional unit (`K`, `M`, `G`, `T`, with or without `B` or `iB`; powers of 1024).
    public init?(parsing text: String) {
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count).uppercased().filter { $0 != " " }
        guard let number = Double(digits), number.isFinite else { return nil }
        let scale: Int
        switch unit {
        case "", "B": scale = 1
        case "K", "KB", "KIB": scale = 1 << 10
        case "M", "MB", "MIB": scale = 1 << 20
        case "G", "GB", "GIB": scale = 1 << 30
        case "T", "TB", "TIB": scale = 1 << 40
        default: return nil
        }
        let product = number * Double(scale)
        guard product >= 0, product < Double(Int.max) else { return nil }
        bytes = Int(product)
    }

    public var description: String {
        for unit in Self.units where bytes >= unit.bytes {
            // Whole units apart from the rest, so that ten times the number cannot overflow.
            let tenths = bytes / unit.bytes * 10 + (bytes % unit.bytes * 10 + unit.bytes / 2) / unit.bytes
            return "\(tenths / 10).\(tenths % 10) \(unit.suffix)"
        }
        return "\(bytes) B"
    }
}
