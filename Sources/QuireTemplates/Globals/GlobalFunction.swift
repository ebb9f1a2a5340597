/// A function that every template may call; it never changes, so all renderings share it.
final class GlobalFunction: Object, @unchecked Sendable {
    typealias Implementation = @Sendable (Renderer, Arguments) throws(TemplateError) -> Value

    private let name: String
    private let implementation: Implementation

    private init(_ name: String, _ implementation: @escaping Implementation) {
        self.name = name
        self.implementation = implementation
    }

    override var typeName: String { "function" }
    override var isCallable: Bool { true }
    override func text(_ renderer: Renderer) throws(TemplateError) -> String { "<function \(name)>" }

    override func attribute(_ name: String) throws(TemplateError) -> Value? {
        guard self.name == "dict", name == "fromkeys" else { return nil }
        return .object(try BoundMethod(name, of: .none, DictionaryMethods.fromKeys))
    }

    override func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        try implementation(renderer, arguments)
    }

    /// The functions by name.
    static let all: [(String, GlobalFunction)] = [
        ("range", range), ("dict", dictionary), ("namespace", namespace), ("cycler", cycler), ("joiner", joiner),
        ("raise_exception", raiseException), ("strftime_now", formatNow), ("lipsum", refused),
    ].map { ($0, GlobalFunction($0, $1)) }
}

extension GlobalFunction {
    @Sendable private static func range(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        if let named = arguments.named.first {
            throw TemplateError(
                .type, "safe_range() got an unexpected keyword argument \(named.name.pythonQuoted)")
        }
        guard let first = arguments.positional.first else {
            throw TemplateError(.type, "range expected at least 1 argument, got 0")
        }
        guard arguments.positional.count <= 3 else {
            throw TemplateError(.type, "range expected at most 3 arguments, got \(arguments.positional.count)")
        }
        var numbers: [Int] = [try first.asIndex]
        for value in arguments.positional.dropFirst() { numbers.append(try value.asIndex) }
        if numbers.count == 1 { numbers.insert(0, at: 0) }
        return .range(
            try RangeValue(start: numbers[0], stop: numbers[1], step: numbers.count > 2 ? numbers[2] : 1))
    }

    @Sendable private static func dictionary(
        _ renderer: Renderer, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try renderer.dictionary(try renderer.pairs(of: arguments, for: "dict"))
    }

    @Sendable private static func namespace(
        _ renderer: Renderer, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let namespace = Namespace()
        try renderer.meter.allocate(elements: 16)
        renderer.retain(namespace)
        for (key, value) in try renderer.pairs(of: arguments, for: "namespace") {
            guard let name = key.text else { continue }
            try namespace.set(name, value)
        }
        return .object(namespace)
    }

    @Sendable private static func cycler(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        .object(try Cycler(arguments))
    }

    @Sendable private static func joiner(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        .object(try Joiner(arguments))
    }

    @Sendable private static func raiseException(
        _ renderer: Renderer, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "raise_exception", "message", required: 1)
        throw TemplateError(.raised, try renderer.text(of: bound[0] ?? .none))
    }

    @Sendable private static func formatNow(
        _ renderer: Renderer, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "strftime_now", "format", required: 1)
        return try renderer.string(try renderer.now.formatted(try bound.text(0, default: "")))
    }

    @Sendable private static func refused(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        throw TemplateError(.unsupported, "lipsum is not supported")
    }
}

extension Renderer {
    /// What `dict(…)` and `namespace(…)` are made of: a dictionary or pairs, then named values.
    fileprivate func pairs(
        of arguments: Arguments, for function: String
    ) throws(TemplateError) -> [(key: Value, value: Value)] {
        guard arguments.positional.count <= 1 else {
            throw TemplateError(
                .type, "\(function) expected at most 1 argument, got \(arguments.positional.count)")
        }
        var pairs: [(key: Value, value: Value)] = []
        switch arguments.positional.first {
        case nil: break
        case .dictionary(let members)?: pairs = members.pairs
        case let value?:
            for (index, element) in try elements(of: value).enumerated() {
                let pair = try elements(of: element)
                guard pair.count == 2 else {
                    throw TemplateError(
                        .value,
                        "dictionary update sequence element #\(index) has length \(pair.count); 2 is required")
                }
                pairs.append((pair[0], pair[1]))
            }
        }
        for (name, value) in arguments.named { pairs.append((.string(name), value)) }
        try meter.allocate(elements: pairs.count * 2)
        return pairs
    }
}
