extension Expression {
    /// The expressions directly inside this one.
    var parts: [Expression] {
        switch node {
        case .literal, .name, .captured: []
        case .tuple(let elements), .list(let elements), .concatenation(let elements): elements
        case .dictionary(let pairs): pairs.flatMap { [$0.key, $0.value] }
        case .negation(let operand), .sign(_, let operand), .attribute(let operand, _): [operand]
        case .arithmetic(_, let left, let right), .conjunction(let left, let right), .disjunction(let left, let right),
            .subscripted(let left, let right):
            [left, right]
        case .comparison(let first, let comparisons): [first] + comparisons.map(\.right)
        case .conditional(let test, let then, let otherwise): [test, then] + [otherwise].compactMap(\.self)
        case .slice(let base, let bounds): [base] + [bounds.start, bounds.stop, bounds.step].compactMap(\.self)
        case .call(let base, let arguments), .filter(let base, _, let arguments), .test(let base, _, let arguments):
            [base] + arguments.expressions
        }
    }
}

extension CallArguments {
    var expressions: [Expression] { positional + named.map(\.value) + [spread, spreadNamed].compactMap(\.self) }
}
