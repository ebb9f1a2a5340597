extension Renderer {
    /// `left comparator right`
    func compare(_ left: Value, _ comparator: Comparator, _ right: Value) throws(TemplateError) -> Bool {
        switch comparator {
        case .equal: try areEqual(left, right)
        case .notEqual: !(try areEqual(left, right))
        case .contained: try contains(right, left)
        case .notContained: !(try contains(right, left))
        case .less, .lessOrEqual, .greater, .greaterOrEqual: try isOrdered(left, comparator, right)
        }
    }

    /// Python's `<`, `<=`, `>` and `>=`.
    ///
    /// - Throws: a `TypeError` for values that have no order.
    func isOrdered(_ left: Value, _ comparator: Comparator, _ right: Value) throws(TemplateError) -> Bool {
        if let left = left.text, let right = right.text {
            try meter.work(bytes: min(left.utf8.count, right.utf8.count))
            return switch comparator {
            case .less: left.precedes(right)
            case .lessOrEqual: !right.precedes(left)
            case .greater: right.precedes(left)
            default: !left.precedes(right)
            }
        }
        if let left = left.integer, let right = right.integer { return Self.isOrdered(left, comparator, right) }
        if let left = left.number, let right = right.number { return Self.isOrdered(left, comparator, right) }
        switch (left, right) {
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            return try isOrdered(left.values, comparator, right.values)
        case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error
        default:
            throw TemplateError(
                .type,
                "'\(comparator.rawValue)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'"
            )
        }
    }

    /// The first elements that differ decide, else the lengths.
    private func isOrdered(
        _ left: [Value], _ comparator: Comparator, _ right: [Value]
    ) throws(TemplateError) -> Bool {
        for (left, right) in zip(left, right) {
            try meter.step()
            if !(try areEqual(left, right)) { return try isOrdered(left, comparator, right) }
        }
        return Self.isOrdered(left.count, comparator, right.count)
    }

    private static func isOrdered<Number: Comparable>(
        _ left: Number, _ comparator: Comparator, _ right: Number
    ) -> Bool {
        switch comparator {
        case .less: left < right
        case .lessOrEqual: left <= right
        case .greater: left > right
        default: left >= right
        }
    }

    /// Python's `in`.
    func contains(_ container: Value, _ value: Value) throws(TemplateError) -> Bool {
        switch container {
        case .string(let text), .markup(let text):
            if case .undefined(let undefined) = value, undefined.kind == .security { throw undefined.error }
            guard let part = value.text else {
                throw TemplateError(
                    .type, "'in <string>' requires string as left operand, not \(value.typeName)")
            }
            try meter.work(bytes: text.utf8.count, .searching)
            return try text.containsExactly(part)
        case .dictionary(let members): return try member(value, of: members) != nil
        case .view(let view) where view.part == .keys:
            return try member(value, of: view.members) != nil
        default:
            guard let iterator = try optionalIterator(over: container) else {
                throw TemplateError(.type, "argument of type '\(container.typeName)' is not iterable")
            }
            while let next = try iterator.next() {
                try meter.step()
                if try areEqual(next, value) { return true }
            }
            return false
        }
    }
}
