extension Renderer {
    /// Python's `==`.
    func areEqual(_ left: Value, _ right: Value) throws(TemplateError) -> Bool {
        let values = (left, right)
        switch values {
        case (.string(let left), .string(let right)), (.string(let left), .markup(let right)),
            (.markup(let left), .string(let right)), (.markup(let left), .markup(let right)):
            try meter.work(bytes: min(left.utf8.count, right.utf8.count))
            return left.isExactly(right)
        case (.undefined, .undefined), (.none, .none): return true
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            return left === right ? true : try areEqual(left.values, right.values)
        case (.dictionary(let left), .dictionary(let right)): return try areEqual(left, right)
        case (.range(let left), .range(let right)):
            return left.count == right.count
                && (left.count == 0 || left.start == right.start && (left.count == 1 || left.step == right.step))
        case (.view(let left), .view(let right)) where left.part == right.part && left.part != .values:
            return left.part == .items
                ? try areEqual(left.members, right.members)
                : try areEqual(left.members.keys, right.members.keys)
        case (.object(let left), .object(let right)): return left === right
        default:
            if let left = left.integer, let right = right.integer { return left == right }
            if let left = left.number, let right = right.number, left == right {
                // Whole numbers of more than 53 bits are not what they are as floats.
                return (values.0.integer ?? Int(exactly: left)) == (values.1.integer ?? Int(exactly: right))
            }
            return false
        }
    }

    func areEqual(_ left: [Value], _ right: [Value]) throws(TemplateError) -> Bool {
        guard left.count == right.count else { return false }
        for (left, right) in zip(left, right) {
            try meter.step()
            guard try areEqual(left, right) else { return false }
        }
        return true
    }

    private func areEqual(_ left: Members, _ right: Members) throws(TemplateError) -> Bool {
        if left === right { return true }
        guard left.count == right.count else { return false }
        for (key, value) in left.pairs {
            try meter.step()
            guard let other = try member(key, of: right), try areEqual(value, other) else { return false }
        }
        return true
    }
}
