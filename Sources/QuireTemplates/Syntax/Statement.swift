/// A statement and where it stands.
struct Statement: Sendable {
    let position: TemplatePosition
    let node: Node

    indirect enum Node: Sendable {
        case text(String)
        case output(Expression)
        case assignment(Target, Expression)
        /// `{% set target %}…{% endset %}`, with filters applied to what was captured.
        case captureAssignment(Target, filters: Expression?, Body)
        case branches([Branch], otherwise: [Statement])
        case loop(Loop)
        case macro(Macro)
        /// `{% call(x) f() %}…{% endcall %}`
        case callBlock(Macro, call: Expression)
        /// `{% generation %}…{% endgeneration %}`
        case generation(Macro)
        case filterBlock(Expression, Body)
        case with([(target: Target, value: Expression)], Body)
        case block(NamedBlock)
        case stopLoop
        case nextIteration
    }

    struct Branch: Sendable {
        let test: Expression
        let body: [Statement]
    }

    struct Loop: Sendable {
        let target: Target
        let iterable: Expression
        let test: Expression?
        let isRecursive: Bool
        let body: Body
        let otherwise: Body?
        /// The scope in which `test` is evaluated.
        let testScope: ScopeID
    }

    struct Macro: Sendable {
        /// Empty for the body of a call block.
        let name: String
        let parameters: [Parameter]
        let body: Body
        /// What the body mentions without declaring it.
        let usesCaller: Bool
        let usesExtraPositional: Bool
        let usesExtraNamed: Bool
    }

    struct Parameter: Sendable {
        let name: NameID
        let fallback: Expression?
    }

    struct NamedBlock: Sendable {
        let name: String
        let isScoped: Bool
        let isRequired: Bool
        let body: Body
    }
}

/// Where a value is assigned.
indirect enum Target: Sendable {
    case name(NameID)
    /// An attribute of a namespace.
    case attribute(NameID, String)
    case tuple([Target])
}

/// A scope of variables; numbered in the order in which they are parsed.
typealias ScopeID = Int

/// Statements with variables of their own.
struct Body: Sendable {
    let statements: [Statement]
    let scope: ScopeID
}
