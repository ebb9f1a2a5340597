/// Finds filters and tests that do not exist, where that is wrong at once: in a branch they fail only when applied.
struct UnknownFilters {
    /// - Throws: an error of kind `assertion`.
    static func refuse(in statements: [Statement], isConditional: Bool = false) throws(TemplateError) {
        for statement in statements { try refuse(in: statement, isConditional) }
    }

    private static func refuse(in statement: Statement, _ isConditional: Bool) throws(TemplateError) {
        switch statement.node {
        case .text, .stopLoop, .nextIteration: break
        case .output(let expression), .assignment(_, let expression): try refuse(in: expression, isConditional)
        case .captureAssignment(_, let filters, let body):
            try refuse(in: body.statements)
            if let filters { try refuse(in: filters, false) }
        case .branches(let branches, let otherwise):
            for branch in branches { try refuse(in: branch.body, isConditional: true) }
            try refuse(in: otherwise, isConditional: true)
        case .loop(let loop):
            try refuse(in: loop.iterable, isConditional)
            if let test = loop.test { try refuse(in: test, false) }
            try refuse(in: loop.body.statements)
            try refuse(in: loop.otherwise?.statements ?? [])
        case .macro(let macro), .generation(let macro): try refuse(in: macro)
        case .callBlock(let macro, let call):
            try refuse(in: macro)
            try refuse(in: call, isConditional)
        case .filterBlock(let filters, let body):
            try refuse(in: body.statements)
            try refuse(in: filters, false)
        case .with(let assignments, let body):
            for assignment in assignments { try refuse(in: assignment.value, isConditional) }
            try refuse(in: body.statements)
        case .block(let block): try refuse(in: block.body.statements)
        }
    }

    private static func refuse(in macro: Statement.Macro) throws(TemplateError) {
        for parameter in macro.parameters { if let fallback = parameter.fallback { try refuse(in: fallback, false) } }
        try refuse(in: macro.body.statements)
    }

    private static func refuse(in expression: Expression, _ isConditional: Bool) throws(TemplateError) {
        if isConditional { return }
        switch expression.node {
        case .conditional: return
        case .filter(_, let reference, _) where reference.filter == nil:
            throw TemplateError(.assertion, "No filter named \(reference.name.pythonQuoted).", at: expression.position)
        case .test(_, let reference, _) where reference.test == nil:
            throw TemplateError(.assertion, "No test named \(reference.name.pythonQuoted).", at: expression.position)
        default: break
        }
        for part in expression.parts { try refuse(in: part, false) }
    }
}
