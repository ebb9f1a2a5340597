/// An expression and where it stands.
struct Expression: Sendable {
    let position: TemplatePosition
    let node: Node

    indirect enum Node: Sendable {
        case literal(Literal)
        case name(NameID)
        case tuple([Expression])
        case list([Expression])
        case dictionary([Pair])
        case negation(Expression)
        case sign(isNegative: Bool, Expression)
        case arithmetic(ArithmeticOperator, Expression, Expression)
        case conjunction(Expression, Expression)
        case disjunction(Expression, Expression)
        /// `a ~ b ~ c`
        case concatenation([Expression])
        /// `a < b <= c`
        case comparison(Expression, [Comparison])
        /// `then if test else otherwise`
        case conditional(test: Expression, then: Expression, otherwise: Expression?)
        case attribute(Expression, String)
        case subscripted(Expression, Expression)
        case slice(Expression, SliceBounds)
        case call(Expression, CallArguments)
        case filter(Expression, FilterReference, CallArguments)
        case test(Expression, TestReference, CallArguments)
        /// The text that a filter block or a set block has captured.
        case captured
    }

    enum Literal: Sendable {
        case none
        case bool(Bool)
        case integer(Int)
        case float(Double)
        case string(String)
    }

    struct Pair: Sendable {
        let key: Expression
        let value: Expression
    }

    struct Comparison: Sendable {
        let comparator: Comparator
        let right: Expression
    }

    struct SliceBounds: Sendable {
        let start: Expression?
        let stop: Expression?
        let step: Expression?
    }
}

enum ArithmeticOperator: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
}

enum Comparator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contained = "in"
    case notContained = "not in"
}

/// What stands between the parentheses of a call.
struct CallArguments: Sendable {
    var positional: [Expression] = []
    var named: [(name: String, value: Expression)] = []
    /// `*values`
    var spread: Expression?
    /// `**members`
    var spreadNamed: Expression?

    static let none = CallArguments()
}

/// A filter, looked up when the template was parsed; one that does not exist fails when it is applied.
struct FilterReference: Sendable {
    let name: String
    let filter: Filter?
}

/// A test, looked up when the template was parsed; one that does not exist fails when it is applied.
struct TestReference: Sendable {
    let name: String
    let test: Test?
}
