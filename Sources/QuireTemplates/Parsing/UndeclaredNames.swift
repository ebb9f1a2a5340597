/// Which of some names statements read before they assign them, in the order of the text.
///
/// So a macro's body says whether the macro takes a caller, and arguments beyond its parameters.
struct UndeclaredNames {
    private(set) var found: Set<NameID> = []
    private var wanted: Set<NameID>

    init(_ names: [NameID], in statements: [Statement]) {
        wanted = Set(names)
        visit(statements)
    }

    private mutating func visit(_ statements: [Statement]) {
        for statement in statements { visit(statement) }
    }

    private mutating func visit(_ statement: Statement) {
        switch statement.node {
        case .text, .stopLoop, .nextIteration, .block: break
        case .output(let expression): visit(expression)
        case .assignment(let target, let value):
            visit(target)
            visit(value)
        case .captureAssignment(let target, let filters, let body):
            visit(target)
            if let filters { visit(filters) }
            visit(body.statements)
        case .branches(let branches, let otherwise):
            for branch in branches {
                visit(branch.test)
                visit(branch.body)
            }
            visit(otherwise)
        case .loop(let loop):
            visit(loop.target)
            visit(loop.iterable)
            visit(loop.body.statements)
            if let otherwise = loop.otherwise { visit(otherwise.statements) }
            if let test = loop.test { visit(test) }
        case .macro(let macro), .generation(let macro): visit(macro)
        case .callBlock(let macro, let call):
            visit(call)
            visit(macro)
        case .filterBlock(let filters, let body):
            visit(body.statements)
            visit(filters)
        case .with(let assignments, let body):
            for assignment in assignments { visit(assignment.target) }
            for assignment in assignments { visit(assignment.value) }
            visit(body.statements)
        }
    }

    private mutating func visit(_ macro: Statement.Macro) {
        for parameter in macro.parameters { wanted.remove(parameter.name) }
        for parameter in macro.parameters { if let fallback = parameter.fallback { visit(fallback) } }
        visit(macro.body.statements)
    }

    private mutating func visit(_ target: Target) {
        switch target {
        case .name(let name): wanted.remove(name)
        case .attribute: break
        case .tuple(let targets): for target in targets { visit(target) }
        }
    }

    private mutating func visit(_ expression: Expression) {
        if case .name(let name) = expression.node, wanted.contains(name) { found.insert(name) }
        for part in expression.parts { visit(part) }
    }
}
