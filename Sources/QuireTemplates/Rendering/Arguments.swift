/// The values that a function, filter or method is called with.
struct Arguments {
    var positional: [Value] = []
    var named: [(name: String, value: Value)] = []

    static var none: Arguments { Arguments() }

    /// The values in the order of the parameters; `nil` for those that were left out.
    ///
    /// - Parameters:
    ///   - function: its name, for messages.
    ///   - required: how many of the first parameters must be given.
    /// - Throws: a `TypeError` for too many, too few, unknown or doubled arguments.
    func bound(
        to function: String, _ parameters: String..., required: Int
    ) throws(TemplateError) -> BoundArguments {
        var values = [Value?](repeating: nil, count: parameters.count)
        guard positional.count <= parameters.count else {
            // The piped value or the receiver counts too.
            let most = parameters.count + 1
            let range = required == parameters.count ? "\(most)" : "from \(required + 1) to \(most)"
            throw TemplateError(
                .type,
                "\(function)() takes \(range) positional argument\(most == 1 ? "" : "s") but \(positional.count + 1) were given"
            )
        }
        for (index, value) in positional.enumerated() { values[index] = value }
        for (name, value) in named {
            guard let index = parameters.firstIndex(where: { $0.isExactly(name) }) else {
                throw TemplateError(
                    .type, "\(function)() got an unexpected keyword argument \(name.pythonQuoted)")
            }
            guard values[index] == nil else {
                throw TemplateError(
                    .type, "\(function)() got multiple values for argument \(name.pythonQuoted)")
            }
            values[index] = value
        }
        let missing = zip(parameters, values).prefix(required).filter { $0.1 == nil }.map(\.0.pythonQuoted)
        guard missing.isEmpty else {
            throw TemplateError(
                .type,
                "\(function)() missing \(missing.count) required positional argument\(missing.count == 1 ? "" : "s"): "
                    + missing.joined(separator: " and "))
        }
        return BoundArguments(values: values, function: function)
    }

    /// - Throws: a `TypeError` where there are any.
    func refuseAll(by function: String) throws(TemplateError) {
        _ = try bound(to: function, required: 0)
    }

    subscript(name: String) -> Value? { named.first { $0.name.isExactly(name) }?.value }
}

/// Arguments by the parameters' places.
struct BoundArguments {
    let values: [Value?]
    let function: String

    subscript(index: Int) -> Value? { values[index] }

    /// A whole number, or the default where it was left out.
    ///
    /// - Throws: a `TypeError` for anything else.
    func integer(_ index: Int, default fallback: Int) throws(TemplateError) -> Int {
        guard let value = values[index] else { return fallback }
        return try value.asIndex
    }

    /// A whole number, or `nil` where it was left out or is none.
    func optionalInteger(_ index: Int) throws(TemplateError) -> Int? {
        guard let value = values[index], !value.isNone else { return nil }
        return try value.asIndex
    }

    /// Text, or the default where it was left out.
    func text(_ index: Int, default fallback: String) throws(TemplateError) -> String {
        guard let value = values[index] else { return fallback }
        guard let text = value.text else { throw value.isNotText(in: function) }
        return text
    }

    /// Text, or `nil` where it was left out or is none.
    func optionalText(_ index: Int) throws(TemplateError) -> String? {
        guard let value = values[index], !value.isNone else { return nil }
        guard let text = value.text else { throw value.isNotText(in: function) }
        return text
    }
}

extension Value {
    /// - Throws: a `TypeError` for what is not a whole number.
    var asIndex: Int {
        get throws(TemplateError) {
            if case .undefined(let undefined) = self { throw undefined.error }
            guard let integer else {
                throw TemplateError(.type, "'\(typeName)' object cannot be interpreted as an integer")
            }
            return integer
        }
    }

    fileprivate func isNotText(in function: String) -> TemplateError {
        if case .undefined(let undefined) = self { return undefined.error }
        return TemplateError(.type, "\(function)() argument must be str, not \(typeName)")
    }
}
