extension Parser {
    /// How closely operators bind, from the loosest on.
    enum Binding: Int, Comparable {
        case disjunction, conjunction, negation, comparison, sum, concatenation, product, power, operand

        static func < (left: Binding, right: Binding) -> Bool { left.rawValue < right.rawValue }

        var tighter: Binding { Binding(rawValue: rawValue + 1) ?? .operand }
    }

    private static let arithmetic: [String: (operator: ArithmeticOperator, binding: Binding)] = [
        "+": (.add, .sum), "-": (.subtract, .sum), "*": (.multiply, .product), "/": (.divide, .product),
        "//": (.floorDivide, .product), "%": (.remainder, .product), "**": (.power, .power),
    ]

    /// Operands joined by operators that bind at least so closely.
    mutating func operation(_ loosest: Binding) throws(TemplateError) -> Expression {
        var left = try negationOrOperand(loosest)
        var chain = 0
        while true {
            let token = current
            if token.kind == .symbol, let (symbol, binding) = Self.arithmetic[token.text], binding >= loosest {
                advance()
                let right = try operation(binding.tighter)
                left = Expression(position: token.position, node: .arithmetic(symbol, left, right))
            } else if token.isSymbol("~"), loosest <= .concatenation {
                left = try concatenation(from: left)
            } else if loosest <= .comparison, let comparison = try comparison(from: left) {
                left = comparison
            } else if loosest <= .conjunction, takeName("and") {
                left = Expression(position: token.position, node: .conjunction(left, try operation(.negation)))
            } else if loosest <= .disjunction, takeName("or") {
                left = Expression(position: token.position, node: .disjunction(left, try operation(.conjunction)))
            } else {
                return left
            }
            try lengthen(&chain)
        }
    }

    private mutating func negationOrOperand(_ loosest: Binding) throws(TemplateError) -> Expression {
        guard loosest <= .negation, current.isName("not") else { return try operand() }
        try nest()
        defer { nesting -= 1 }
        let position = advance().position
        return Expression(position: position, node: .negation(try operation(.negation)))
    }

    private mutating func concatenation(from first: Expression) throws(TemplateError) -> Expression {
        let position = current.position
        var operands = [first]
        while takeSymbol("~") { operands.append(try operation(.product)) }
        return Expression(position: position, node: .concatenation(operands))
    }

    /// A chain of comparisons, or `nil` where none follows.
    private mutating func comparison(from first: Expression) throws(TemplateError) -> Expression? {
        let position = current.position
        var comparisons: [Expression.Comparison] = []
        while let comparator = takeComparator() {
            comparisons.append(.init(comparator: comparator, right: try operation(.sum)))
        }
        guard !comparisons.isEmpty else { return nil }
        return Expression(position: position, node: .comparison(first, comparisons))
    }

    private mutating func takeComparator() -> Comparator? {
        if takeName("in") { return .contained }
        if current.isName("not"), following.isName("in") {
            advance()
            advance()
            return .notContained
        }
        guard current.kind == .symbol, let comparator = Comparator(rawValue: current.text) else { return nil }
        advance()
        return comparator
    }
}
