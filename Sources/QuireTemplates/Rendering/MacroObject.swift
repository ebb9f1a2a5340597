/// A macro, or the body of a call block.
final class MacroObject: Object {
    private let macro: Statement.Macro
    /// The scope in which it was defined.
    private let scope: Scope

    init(_ macro: Statement.Macro, scope: Scope) {
        self.macro = macro
        self.scope = scope
    }

    override var typeName: String { "Macro" }
    override var module: String? { "jinja2.runtime" }
    override var isCallable: Bool { true }

    override func text(_ renderer: Renderer) throws(TemplateError) -> String {
        macro.name.isEmpty ? "<Macro anonymous>" : "<Macro \(macro.name.pythonQuoted)>"
    }

    override func attribute(_ name: String) throws(TemplateError) -> Value? {
        switch name {
        case "name": macro.name.isEmpty ? Value.none : .string(macro.name)
        case "catch_kwargs": .bool(macro.usesExtraNamed)
        case "catch_varargs": .bool(macro.usesExtraPositional)
        case "caller": .bool(macro.usesCaller)
        default: nil
        }
    }

    override func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        try renderer.meter.enter()
        defer { renderer.meter.leave() }
        let inner = Scope(parent: scope, hiding: renderer.hidden(in: macro.body.scope))
        try bind(arguments, in: inner, renderer)
        let (text, _) = try renderer.capture { () throws(TemplateError) in
            try renderer.execute(macro.body.statements, inner)
        }
        return .string(text)
    }

    /// Sets the parameters, then those that were left out, whose defaults may use the others.
    private func bind(_ arguments: Arguments, in inner: Scope, _ renderer: Renderer) throws(TemplateError) {
        let names = renderer.program.template.names
        var named = arguments.named
        func take(_ name: String) -> Value? {
            named.firstIndex { $0.name.isExactly(name) }.map { named.remove(at: $0).value }
        }
        var missing: [Statement.Parameter] = []
        var hasCaller = false
        for (index, parameter) in macro.parameters.enumerated() {
            let name = names[parameter.name]
            if name == "caller" { hasCaller = true }
            let isPositional = index < arguments.positional.count
            if let value = isPositional ? arguments.positional[index] : take(name) {
                inner.set(parameter.name, value)
            } else {
                inner.set(parameter.name, nil)
                missing.append(parameter)
            }
        }
        if macro.usesCaller, !hasCaller, let name = names.existingID(of: "caller") {
            inner.set(name, take("caller") ?? .undefined("No caller defined"))
        }
        try bindRest(arguments.positional.dropFirst(macro.parameters.count), named, in: inner, renderer)
        for parameter in missing {
            let value = try parameter.fallback.map { fallback throws(TemplateError) in
                try renderer.evaluate(fallback, inner)
            }
            let name = names[parameter.name]
            inner.set(parameter.name, value ?? .undefined("parameter \(name.pythonQuoted) was not provided"))
        }
    }

    /// What is left over goes into `varargs` and `kwargs`, where the body mentions them.
    private func bindRest(
        _ positional: ArraySlice<Value>, _ named: [(name: String, value: Value)], in inner: Scope,
        _ renderer: Renderer
    ) throws(TemplateError) {
        let names = renderer.program.template.names
        if macro.usesExtraNamed, let name = names.existingID(of: "kwargs") {
            inner.set(name, .dictionary(try Members(named.map { (.string($0.name), $0.value) })))
        } else if let first = named.first {
            let hasCaller = named.contains { $0.name == "caller" }
            throw TemplateError(
                .type,
                hasCaller
                    ? "macro \(displayName) was invoked with two values for the special caller argument. This is most "
                        + "likely a bug."
                    : "macro \(displayName) takes no keyword argument \(first.name.pythonQuoted)")
        }
        if macro.usesExtraPositional, let name = names.existingID(of: "varargs") {
            inner.set(name, .tuple(try Elements(Array(positional))))
        } else if !positional.isEmpty {
            throw TemplateError(
                .type, "macro \(displayName) takes not more than \(macro.parameters.count) argument(s)")
        }
    }

    private var displayName: String { macro.name.isEmpty ? "None" : macro.name.pythonQuoted }
}
