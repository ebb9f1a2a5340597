extension Renderer {
    /// How statements ended.
    enum Flow {
        case done
        case stopLoop
        case nextIteration
    }

    func execute(_ statements: [Statement], _ scope: Scope) throws(TemplateError) -> Flow {
        try meter.enter()
        defer { meter.leave() }
        for statement in statements {
            try meter.step()
            let flow: Flow
            do {
                flow = try execute(statement, scope)
            } catch {
                throw error.placed(at: statement.position)
            }
            if flow != .done { return flow }
        }
        return .done
    }

    private func execute(_ statement: Statement, _ scope: Scope) throws(TemplateError) -> Flow {
        switch statement.node {
        case .text(let text): try write(text)
        case .output(let expression):
            let value = try evaluate(expression, scope)
            if case .string(let text) = value { try write(text) } else { try write(try text(of: value)) }
        case .assignment(let target, let expression): try assign(expression, to: target, scope)
        case .captureAssignment(let target, let filters, let body):
            try executeCapture(target, filters, body, scope)
        case .branches(let branches, let otherwise):
            for branch in branches where try isTrue(try evaluate(branch.test, scope)) {
                return try execute(branch.body, scope)
            }
            return try execute(otherwise, scope)
        case .loop(let loop): try execute(loop, scope)
        case .macro(let macro): define(macro, scope)
        case .callBlock(let macro, let call): try executeCall(macro, call, scope)
        case .generation(let macro):
            let body = MacroObject(macro, scope: scope)
            retain(scope)
            try write(try text(of: try body.call(self, .none)))
        case .filterBlock(let filters, let body):
            let inner = Scope(parent: scope, hiding: hidden(in: body.scope))
            let (text, flow) = try capture { () throws(TemplateError) in try execute(body.statements, inner) }
            if flow != .done { return flow }
            try write(try self.text(of: try applyFilters(filters, to: text, inner)))
        case .with(let assignments, let body):
            let inner = Scope(parent: scope, hiding: hidden(in: body.scope))
            for (target, value) in assignments { try assign(try evaluate(value, scope), to: target, inner) }
            return try execute(body.statements, inner)
        case .block(let block): try execute(block, scope)
        case .stopLoop: return .stopLoop
        case .nextIteration: return .nextIteration
        }
        return .done
    }

    private func executeCapture(
        _ target: Target, _ filters: Expression?, _ body: Body, _ scope: Scope
    ) throws(TemplateError) {
        let inner = Scope(parent: scope, hiding: hidden(in: body.scope))
        let (text, _) = try capture { () throws(TemplateError) in try execute(body.statements, inner) }
        let value = try filters.map { filters throws(TemplateError) in try applyFilters(filters, to: text, inner) }
        try assign(value ?? .string(text), to: target, scope)
    }

    private func applyFilters(
        _ filters: Expression, to text: String, _ scope: Scope
    ) throws(TemplateError) -> Value {
        let outer = captured
        captured = .string(text)
        defer { captured = outer }
        return try evaluate(filters, scope)
    }

    private func define(_ macro: Statement.Macro, _ scope: Scope) {
        guard let name = program.template.names.existingID(of: macro.name) else { return }
        retain(scope)
        scope.set(name, .object(MacroObject(macro, scope: scope)))
    }

    private func executeCall(
        _ macro: Statement.Macro, _ call: Expression, _ scope: Scope
    ) throws(TemplateError) {
        guard case .call(let callee, let arguments) = call.node else { return }
        retain(scope)
        let caller = Value.object(MacroObject(macro, scope: scope))
        let function = try evaluate(callee, scope)
        var values = try evaluate(arguments, scope)
        values.named.append(("caller", caller))
        try write(try text(of: try self.call(function, values)))
    }

    func execute(_ block: Statement.NamedBlock, _ scope: Scope) throws(TemplateError) {
        guard !block.isRequired else {
            throw TemplateError(.runtime, "Required block \(block.name.pythonQuoted) not found")
        }
        let inner = Scope(parent: block.isScoped ? scope : top, hiding: hidden(in: block.body.scope))
        if let name = program.template.names.existingID(of: "super") {
            inner.set(name, .undefined("there is no parent block called \(block.name.pythonQuoted)."))
        }
        _ = try execute(block.body.statements, inner)
    }
}

extension TemplateError {
    /// The error with a place, where it has none.
    func placed(at position: TemplatePosition) -> TemplateError {
        self.position == nil ? TemplateError(kind, message, at: position) : self
    }
}
