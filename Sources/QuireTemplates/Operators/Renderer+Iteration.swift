extension Renderer {
    /// - Throws: a `TypeError` for what cannot be iterated.
    func iterator(over value: Value) throws(TemplateError) -> ValueIterator {
        guard let iterator = try optionalIterator(over: value) else {
            throw TemplateError(.type, "'\(value.typeName)' object is not iterable")
        }
        return iterator
    }

    func optionalIterator(over value: Value) throws(TemplateError) -> ValueIterator? {
        switch value {
        case .undefined: return ArrayIterator([])
        case .none, .bool, .integer, .float: return nil
        case .string(let text), .markup(let text): return CharacterIterator(text)
        case .list(let elements), .tuple(let elements): return ArrayIterator(elements.values)
        case .dictionary(let members): return ArrayIterator(members.keys)
        case .range(let range): return RangeIterator(range)
        case .view(let view):
            if view.part == .items { try meter.allocate(elements: view.members.count * 4) }
            return ArrayIterator(try view.elements())
        case .object(let object): return object.iterator
        }
    }

    /// All elements.
    ///
    /// - Throws: a `TypeError` for what cannot be iterated, an error of kind `limit` for too many.
    func elements(of value: Value) throws(TemplateError) -> [Value] {
        switch value {
        case .list(let elements), .tuple(let elements): return elements.values
        case .dictionary(let members): return members.keys
        default:
            let iterator = try iterator(over: value)
            var values: [Value] = []
            while let next = try iterator.next() {
                try meter.step()
                if values.count % 1_024 == 1_023 { try meter.allocate(elements: values.count) }
                values.append(next)
            }
            return values
        }
    }

    /// A list of values just made.
    func list(_ values: [Value]) throws(TemplateError) -> Value {
        try meter.allocate(elements: values.count)
        return .list(try Elements(values))
    }

    /// Text just made.
    func string(_ text: String, isMarkup: Bool = false) throws(TemplateError) -> Value {
        try meter.allocate(bytes: text.utf8.count)
        return .text(text, isMarkup: isMarkup)
    }
}
