/// A value inside a rendering: what a Python template would hold.
///
/// Lists and dictionaries never change, as the immutable sandbox has it; only objects do.
enum Value {
    case undefined(Undefined)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    /// Text that was escaped for HTML, or marked so: `Markup` in Python.
    case markup(String)
    case list(Elements)
    case tuple(Elements)
    case dictionary(Members)
    case range(RangeValue)
    case view(MemberView)
    case object(Object)
}

extension Value {
    /// The characters of a string, escaped or not.
    var text: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }
    var isNone: Bool { if case .none = self { true } else { false } }
    var isMarkup: Bool { if case .markup = self { true } else { false } }

    /// The value as a whole number where Python takes it for one; booleans are numbers there.
    var integer: Int? {
        switch self {
        case .integer(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The value as a number.
    var number: Double? {
        if case .float(let value) = self { value } else { integer.map(Double.init) }
    }

    /// How deep values are nested in it.
    var depth: Int {
        switch self {
        case .list(let elements), .tuple(let elements): elements.depth
        case .dictionary(let members): members.depth
        case .view(let view): view.members.depth
        case .object(let object): object.depth
        default: 0
        }
    }

    static func text(_ text: String, isMarkup: Bool) -> Value { isMarkup ? .markup(text) : .string(text) }
}
