extension Renderer {
    func evaluateCall(
        _ callee: Expression, _ arguments: CallArguments, _ scope: Scope
    ) throws(TemplateError) -> Value {
        // A method that is called at once needs no object of its own.
        if case .attribute(let base, let name) = callee.node {
            let receiver = try evaluate(base, scope)
            if let method = Methods.named(name, of: receiver) {
                return try method(self, receiver, try evaluate(arguments, scope))
            }
            let function: Value
            do {
                function = try attribute(name, of: receiver)
            } catch {
                throw error.placed(at: callee.position)
            }
            return try call(function, try evaluate(arguments, scope))
        }
        let function = try evaluate(callee, scope)
        return try call(function, try evaluate(arguments, scope))
    }

    func call(_ function: Value, _ arguments: Arguments) throws(TemplateError) -> Value {
        switch function {
        case .undefined(let undefined): throw undefined.error
        case .object(let object): return try object.call(self, arguments)
        default: throw TemplateError(.type, "'\(function.typeName)' object is not callable")
        }
    }

    func evaluate(_ arguments: CallArguments, _ scope: Scope) throws(TemplateError) -> Arguments {
        var values = Arguments()
        for argument in arguments.positional { values.positional.append(try evaluate(argument, scope)) }
        if let spread = arguments.spread {
            let value = try evaluate(spread, scope)
            guard let iterator = try optionalIterator(over: value) else {
                throw TemplateError(.type, "Value after * must be an iterable, not \(value.typeName)")
            }
            while let next = try iterator.next() {
                try meter.step()
                values.positional.append(next)
            }
            try meter.allocate(elements: values.positional.count)
        }
        for (name, argument) in arguments.named { values.named.append((name, try evaluate(argument, scope))) }
        if let spread = arguments.spreadNamed { try addMembers(of: try evaluate(spread, scope), to: &values) }
        return values
    }

    private func addMembers(of value: Value, to arguments: inout Arguments) throws(TemplateError) {
        guard case .dictionary(let members) = value else {
            if case .undefined(let undefined) = value { throw undefined.error }
            throw TemplateError(.type, "argument after ** must be a mapping, not \(value.typeName)")
        }
        try meter.allocate(elements: members.count)
        for (key, value) in members.pairs {
            guard let name = key.text else { throw TemplateError(.type, "keywords must be strings") }
            guard arguments[name] == nil else {
                throw TemplateError(.type, "got multiple values for keyword argument \(name.pythonQuoted)")
            }
            arguments.named.append((name, value))
        }
    }
}
