extension Renderer {
    /// `left + right` and so on.
    ///
    /// - Throws: a `TypeError` for operands that do not go together, an `OverflowError` for whole numbers that do not fit in
    ///   64 bits, a `ZeroDivisionError`.
    func apply(_ symbol: ArithmeticOperator, _ left: Value, _ right: Value) throws(TemplateError) -> Value {
        if symbol == .remainder, let text = left.text {
            return try string(
                try percentFormat(text, right, isMarkup: left.isMarkup), isMarkup: left.isMarkup)
        }
        if case .undefined(let undefined) = left { throw undefined.error }
        if case .undefined(let undefined) = right { throw undefined.error }
        if let left = left.integer, let right = right.integer { return try Self.whole(symbol, left, right) }
        if let left = left.number, let right = right.number { return .float(try Self.real(symbol, left, right)) }
        switch symbol {
        case .add: if let sum = try joined(left, right) { return sum }
        case .multiply:
            if let count = right.integer, let product = try repeated(left, count) { return product }
            if let count = left.integer, let product = try repeated(right, count) { return product }
        default: break
        }
        throw mismatch(symbol, left, right)
    }

    private func mismatch(_ symbol: ArithmeticOperator, _ left: Value, _ right: Value) -> TemplateError {
        switch (symbol, left) {
        case (.add, .string): return TemplateError(.type, "can only concatenate str (not \"\(right.typeName)\") to str")
        case (.add, .list): return TemplateError(.type, "can only concatenate list (not \"\(right.typeName)\") to list")
        case (.add, .tuple):
            return TemplateError(.type, "can only concatenate tuple (not \"\(right.typeName)\") to tuple")
        case (.multiply, .string), (.multiply, .list), (.multiply, .tuple):
            return TemplateError(.type, "can't multiply sequence by non-int of type '\(right.typeName)'")
        default: break
        }
        if symbol == .multiply, right.text != nil || right.isSequence {
            return TemplateError(.type, "can't multiply sequence by non-int of type '\(left.typeName)'")
        }
        let name = symbol == .power ? "** or pow()" : symbol.rawValue
        return TemplateError(
            .type, "unsupported operand type(s) for \(name): '\(left.typeName)' and '\(right.typeName)'")
    }

    /// Strings, lists and tuples one after the other.
    private func joined(_ left: Value, _ right: Value) throws(TemplateError) -> Value? {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try meter.allocate(bytes: left.utf8.count + right.utf8.count)
            return .string(left + right)
        case (.markup(let left), _) where right.text != nil:
            return try string(left + (try escaped(right)), isMarkup: true)
        case (_, .markup(let right)) where left.text != nil:
            return try string(try escaped(left) + right, isMarkup: true)
        case (.list(let left), .list(let right)):
            try meter.allocate(elements: left.values.count + right.values.count)
            return .list(try Elements(left.values + right.values))
        case (.tuple(let left), .tuple(let right)):
            try meter.allocate(elements: left.values.count + right.values.count)
            return .tuple(try Elements(left.values + right.values))
        default: return nil
        }
    }

    private func repeated(_ value: Value, _ count: Int) throws(TemplateError) -> Value? {
        func size(_ unit: Int) -> Int {
            let (size, overflows) = unit.multipliedReportingOverflow(by: max(count, 0))
            return overflows ? .max : size
        }
        switch value {
        case .string(let text), .markup(let text):
            try meter.allocate(bytes: size(text.utf8.count))
            return .text(text.repeated(max(count, 0)), isMarkup: value.isMarkup)
        case .list(let elements), .tuple(let elements):
            try meter.allocate(elements: size(elements.values.count))
            let values = Array(repeatElement(elements.values, count: max(count, 0)).joined())
            return value.isTuple ? .tuple(try Elements(values)) : .list(try Elements(values))
        default: return nil
        }
    }

    /// `-value` or `+value`
    func withSign(isNegative: Bool, _ value: Value) throws(TemplateError) -> Value {
        if case .undefined(let undefined) = value { throw undefined.error }
        if case .float(let number) = value { return .float(isNegative ? -number : number) }
        guard let integer = value.integer else {
            throw TemplateError(.type, "bad operand type for unary \(isNegative ? "-" : "+"): '\(value.typeName)'")
        }
        return isNegative ? try Self.whole(.subtract, 0, integer) : .integer(integer)
    }
}

extension String {
    /// By doubling, which copies long runs at a time.
    fileprivate func repeated(_ count: Int) -> String {
        var result = ""
        result.reserveCapacity(utf8.count * count)
        for bit in (0..<(Int.bitWidth - count.leadingZeroBitCount)).reversed() {
            result += result
            if count >> bit & 1 == 1 { result += self }
        }
        return result
    }
}

extension Value {
    var isTuple: Bool { if case .tuple = self { true } else { false } }

    var isSequence: Bool {
        switch self {
        case .list, .tuple: true
        default: false
        }
    }
}
