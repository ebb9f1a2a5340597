/// What a test says of a value: a truth, or whatever a comparison gives.
typealias Test = @Sendable (Renderer, Value, Arguments) throws(TemplateError) -> Value

/// The tests of jinja2, behind `is`.
enum Tests {
    static func named(_ name: String) -> Test? { all[name] }

    private static let all: [String: Test] = kinds.merging(comparisons) { $1 }.merging(numbers) { $1 }
        .merging(names) { $1 }

    /// What kind of value it is.
    private static let kinds: [String: Test] = [
        "defined": kind("defined") { !$0.isUndefined },
        "undefined": kind("undefined") { $0.isUndefined },
        "none": kind("none") { $0.isNone },
        "boolean": kind("boolean") { if case .bool = $0 { true } else { false } },
        "true": kind("true") { if case .bool(true) = $0 { true } else { false } },
        "false": kind("false") { if case .bool(false) = $0 { true } else { false } },
        "integer": kind("integer") { if case .integer = $0 { true } else { false } },
        "float": kind("float") { if case .float = $0 { true } else { false } },
        "number": kind("number") { $0.number != nil },
        "string": kind("string") { $0.text != nil },
        "mapping": kind("mapping") { if case .dictionary = $0 { true } else { false } },
        "sequence": kind("sequence") { $0.isPythonSequence },
        "escaped": kind("escaped") { $0.isMarkup },
        "callable": kind("callable") { value in
            switch value {
            case .object(let object): object.isCallable
            case .undefined: true
            default: false
            }
        },
        "iterable": { renderer, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_iterable")
            return .bool(try renderer.optionalIterator(over: value) != nil)
        },
        "lower": { renderer, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_lower")
            return .bool(try renderer.text(of: value).isPythonLowercase)
        },
        "upper": { renderer, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_upper")
            return .bool(try renderer.text(of: value).isPythonUppercase)
        },
    ]

    private static func kind(_ name: String, _ answer: @escaping @Sendable (Value) -> Bool) -> Test {
        { _, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_\(name)")
            return .bool(answer(value))
        }
    }

    /// How it compares with another value.
    private static let comparisons: [String: Test] = [
        "==": comparing(.equal), "eq": comparing(.equal), "equalto": comparing(.equal), "!=": comparing(.notEqual),
        "ne": comparing(.notEqual), ">": comparing(.greater), "gt": comparing(.greater),
        "greaterthan": comparing(.greater), ">=": comparing(.greaterOrEqual), "ge": comparing(.greaterOrEqual),
        "<": comparing(.less), "lt": comparing(.less), "lessthan": comparing(.less), "<=": comparing(.lessOrEqual),
        "le": comparing(.lessOrEqual), "in": comparing(.contained), "sameas": isSame,
    ]

    private static func comparing(_ comparator: Comparator) -> Test {
        { renderer, value, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: "test", "other", required: 1)
            return .bool(try renderer.compare(value, comparator, bound[0] ?? .none))
        }
    }

    /// Whether both are the same object; texts and numbers count as such where they are equal and of one type.
    @Sendable private static func isSame(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let other = try arguments.bound(to: "test_sameas", "other", required: 1)[0] ?? .none
        switch (value, other) {
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): return .bool(left === right)
        case (.dictionary(let left), .dictionary(let right)): return .bool(left === right)
        case (.undefined(let left), .undefined(let right)): return .bool(left === right)
        case (.view(let left), .view(let right)): return .bool(left === right)
        default:
            guard value.typeName == other.typeName else { return .bool(false) }
            return .bool(try renderer.areEqual(value, other))
        }
    }

    private static let numbers: [String: Test] = [
        "odd": { renderer, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_odd")
            return try remainder(renderer, value, .integer(2), is: 1)
        },
        "even": { renderer, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_even")
            return try remainder(renderer, value, .integer(2), is: 0)
        },
        "divisibleby": { renderer, value, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: "test_divisibleby", "num", required: 1)
            return try remainder(renderer, value, bound[0] ?? .none, is: 0)
        },
    ]

    private static func remainder(
        _ renderer: Renderer, _ value: Value, _ divisor: Value, is wanted: Int
    ) throws(TemplateError) -> Value {
        .bool(try renderer.areEqual(try renderer.apply(.remainder, value, divisor), .integer(wanted)))
    }

    /// Whether there is a filter or a test of that name.
    private static let names: [String: Test] = [
        "filter": { _, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_filter")
            return .bool(value.text.flatMap(Filters.named) != nil)
        },
        "test": { _, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "test_test")
            return .bool(value.text.flatMap(Tests.named) != nil)
        },
    ]
}

extension Value {
    /// Whether it has a length and elements by number or key.
    fileprivate var isPythonSequence: Bool {
        switch self {
        case .string, .markup, .list, .tuple, .dictionary, .range, .undefined: true
        default: false
        }
    }
}
