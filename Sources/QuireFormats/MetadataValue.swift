/// One value of the free-form metadata that a file carries beside its tensors.
///
/// Integers keep the signedness the file gave them; the accessors convert where the value fits.
public enum MetadataValue: Hashable, Sendable {
    case string(String)
    case int(Int64)
    case uint(UInt64)
    case float(Double)
    case bool(Bool)
    case array([MetadataValue])

    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, signed or not, where it fits in an `Int`.
    public var integer: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .uint(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number as a `Double`; integers convert, rounded above 2⁵³.
    public var number: Double? {
        switch self {
        case .float(let value): value
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        default: nil
        }
    }

    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    public var array: [MetadataValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The array's elements, where all are strings. Linear in the count: ask once.
    public var strings: [String]? { elements(\.string) }

    /// The array's elements, where all are integers that fit. Linear in the count: ask once.
    public var integers: [Int]? { elements(\.integer) }

    /// The array's elements, where all are numbers. Linear in the count: ask once.
    public var numbers: [Double]? { elements(\.number) }

    /// The array's elements, where all are booleans. Linear in the count: ask once.
    public var bools: [Bool]? { elements(\.bool) }

    private func elements<Element>(_ read: (MetadataValue) -> Element?) -> [Element]? {
        guard case .array(let values) = self else { return nil }
        var result: [Element] = []
        result.reserveCapacity(values.count)
        for value in values {
            guard let element = read(value) else { return nil }
            result.append(element)
        }
        return result
    }
}
