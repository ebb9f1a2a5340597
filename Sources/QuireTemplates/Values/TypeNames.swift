extension Value {
    /// Python's name of the type, as error messages have it.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .integer: "int"
        case .float: "float"
        case .string: "str"
        case .markup: "Markup"
        case .list: "list"
        case .tuple(let elements): elements.names.isEmpty ? "tuple" : "_GroupTuple"
        case .dictionary: "dict"
        case .range: "range"
        case .view(let view): view.part.rawValue
        case .object(let object): object.typeName
        }
    }

    /// The type as messages about missing attributes describe it.
    var describedType: String {
        switch self {
        case .none: "None"
        case .undefined: "jinja2.runtime.Undefined object"
        case .markup: "markupsafe.Markup object"
        case .tuple(let elements) where !elements.names.isEmpty: "jinja2.filters._GroupTuple object"
        case .object(let object): (object.module.map { $0 + "." } ?? "") + object.typeName + " object"
        default: "\(typeName) object"
        }
    }
}
