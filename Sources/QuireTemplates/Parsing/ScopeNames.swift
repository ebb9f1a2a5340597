/// How a scope comes by its variables; follows the identifier tracking of jinja2's compiler.
struct ScopeNames {
    private enum Origin {
        /// Looked up outside when it is read.
        case outside
        /// A parameter, a loop's variable.
        case declared
        /// Undefined until it is assigned.
        case unassigned
    }

    private var origins: [NameID: Origin] = [:]
    private var assigned: Set<NameID> = []
    /// Names that the scopes around this one know.
    private let outer: Set<NameID>
    private let table: NameTable

    init(parent: ScopeNames?, table: NameTable) {
        outer = parent.map { $0.outer.union($0.origins.keys) } ?? []
        self.table = table
    }

    var hidden: [NameID] { origins.filter { $0.value == .unassigned }.map(\.key).sorted() }

    mutating func declare(_ name: NameID) {
        assigned.insert(name)
        origins[name] = .declared
    }

    mutating func declare(_ target: Target) {
        switch target {
        case .name(let name): declare(name)
        case .attribute: break
        case .tuple(let targets): for target in targets { declare(target) }
        }
    }

    private mutating func assign(_ name: NameID) {
        assigned.insert(name)
        if origins[name] == nil { origins[name] = outer.contains(name) ? .outside : .unassigned }
    }

    private mutating func assign(_ target: Target) {
        switch target {
        case .name(let name): assign(name)
        case .attribute(let name, _): read(name)
        case .tuple(let targets): for target in targets { assign(target) }
        }
    }

    private mutating func read(_ name: NameID) {
        if origins[name] == nil, !outer.contains(name) { origins[name] = .outside }
    }

    mutating func read(_ expression: Expression) {
        if case .name(let name) = expression.node { read(name) }
        for part in expression.parts { read(part) }
    }

    /// What a statement reads and assigns in this scope; scopes inside of it are not entered.
    mutating func visit(_ statement: Statement) {
        switch statement.node {
        case .text, .stopLoop, .nextIteration, .block, .generation: break
        case .output(let expression): read(expression)
        case .assignment(let target, let value):
            read(value)
            assign(target)
        case .captureAssignment(let target, _, _): assign(target)
        case .branches(let branches, let otherwise): visit(branches[...], otherwise: otherwise)
        case .loop(let loop): read(loop.iterable)
        case .macro(let macro): if let name = table.existingID(of: macro.name) { assign(name) }
        case .callBlock(_, let call): read(call)
        case .filterBlock(let filters, _): read(filters)
        case .with(let assignments, _): for assignment in assignments { read(assignment.value) }
        }
    }

    /// A variable that only some branches assign is looked up outside in the others.
    private mutating func visit(_ branches: ArraySlice<Statement.Branch>, otherwise: [Statement]) {
        guard let first = branches.first else { return }
        read(first.test)
        var alternatives = [self]
        for branch in branches {
            var alternative = self
            if branch.test.position != first.test.position { alternative.read(branch.test) }
            for statement in branch.body { alternative.visit(statement) }
            alternatives.append(alternative)
        }
        var last = self
        for statement in otherwise { last.visit(statement) }
        alternatives.append(last)
        let before = assigned
        for alternative in alternatives {
            origins.merge(alternative.origins) { $1 }
            assigned.formUnion(alternative.assigned)
        }
        for name in assigned.subtracting(before) { origins[name] = .outside }
    }
}
