/// Which variables each scope hides from its first moment on, because it assigns them before anything reads them.
///
/// In jinja2 such a variable is undefined until it is assigned, even for what is nested in the scope and runs before, and
/// even where a variable of that name was handed to the template. All other names are looked up from the inside out.
struct HiddenNames {
    private(set) var byScope: [ScopeID: [NameID]] = [:]
    private let special: Special

    /// Names that some scopes declare by themselves.
    private struct Special {
        let loop: NameID
        let caller: NameID
        let kwargs: NameID
        let varargs: NameID
    }

    init(in template: inout ParsedTemplate) {
        var names = template.names
        special = Special(
            loop: names.id(of: "loop"), caller: names.id(of: "caller"), kwargs: names.id(of: "kwargs"),
            varargs: names.id(of: "varargs"))
        template = ParsedTemplate(body: template.body, names: names, scopeCount: template.scopeCount)
        enter(template.body, parent: nil, names: names) { _ in }
    }

    /// Notes what a scope hides, then those inside of it.
    private mutating func enter(
        _ body: Body, parent: ScopeNames?, names: NameTable, declare: (inout ScopeNames) -> Void
    ) {
        var scope = ScopeNames(parent: parent, table: names)
        declare(&scope)
        for statement in body.statements { scope.visit(statement) }
        let hidden = scope.hidden
        if !hidden.isEmpty { byScope[body.scope] = hidden }
        enterScopes(in: body.statements, of: scope, names: names)
    }

    private mutating func enterScopes(in statements: [Statement], of scope: ScopeNames, names: NameTable) {
        for statement in statements {
            switch statement.node {
            case .text, .output, .assignment, .stopLoop, .nextIteration: break
            case .captureAssignment(_, _, let body), .filterBlock(_, let body):
                enter(body, parent: scope, names: names) { _ in }
            case .branches(let branches, let otherwise):
                for branch in branches { enterScopes(in: branch.body, of: scope, names: names) }
                enterScopes(in: otherwise, of: scope, names: names)
            case .loop(let loop):
                let special = special
                enter(loop.body, parent: scope, names: names) { inner in
                    inner.declare(special.loop)
                    inner.declare(loop.target)
                }
                if let otherwise = loop.otherwise { enter(otherwise, parent: scope, names: names) { _ in } }
            case .macro(let macro), .callBlock(let macro, _), .generation(let macro):
                enterMacro(macro, parent: scope, names: names)
            case .with(let assignments, let body):
                enter(body, parent: scope, names: names) { inner in
                    for assignment in assignments { inner.declare(assignment.target) }
                }
            case .block(let block): enter(block.body, parent: nil, names: names) { _ in }
            }
        }
    }

    private mutating func enterMacro(_ macro: Statement.Macro, parent: ScopeNames, names: NameTable) {
        let special = special
        enter(macro.body, parent: parent, names: names) { inner in
            for parameter in macro.parameters { inner.declare(parameter.name) }
            for parameter in macro.parameters { if let fallback = parameter.fallback { inner.read(fallback) } }
            if macro.usesCaller { inner.declare(special.caller) }
            if macro.usesExtraNamed { inner.declare(special.kwargs) }
            if macro.usesExtraPositional { inner.declare(special.varargs) }
        }
    }
}
