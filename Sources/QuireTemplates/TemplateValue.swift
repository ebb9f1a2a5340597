/// A value handed to a template: what JSON can say, with keys in their order and whole numbers apart from others.
public enum TemplateValue: Hashable, Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list([TemplateValue])
    case dictionary(TemplateDictionary)
}

/// String keys and their values, in the order in which they were added.
public struct TemplateDictionary: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var keys: [String] = []
    public private(set) var values: [TemplateValue] = []
    private var positions: [ExactText: Int] = [:]

    public init() {}

    /// The value of a later key replaces that of an earlier equal one, which keeps its place.
    public init(_ members: some Sequence<(String, TemplateValue)>) {
        for (key, value) in members { self[key] = value }
    }

    public init(dictionaryLiteral elements: (String, TemplateValue)...) {
        self.init(elements)
    }

    public var count: Int { keys.count }

    /// Setting `nil` leaves the dictionary as it is: members are never removed.
    public subscript(key: String) -> TemplateValue? {
        get { positions[ExactText(key)].map { values[$0] } }
        set {
            guard let newValue else { return }
            if let position = positions[ExactText(key)] {
                values[position] = newValue
            } else {
                positions[ExactText(key)] = keys.count
                keys.append(key)
                values.append(newValue)
            }
        }
    }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .float(value) }
    public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, TemplateValue)...) { self = .dictionary(.init(elements)) }
    public init(nilLiteral: ()) { self = .none }
}

extension TemplateValue {
    /// The member of a dictionary, or `nil` for what is none or lacks it.
    public subscript(key: String) -> TemplateValue? {
        if case .dictionary(let members) = self { members[key] } else { nil }
    }

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var listValue: [TemplateValue]? { if case .list(let value) = self { value } else { nil } }
    public var dictionaryValue: TemplateDictionary? { if case .dictionary(let value) = self { value } else { nil } }
}
