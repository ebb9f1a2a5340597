extension Renderer {
    /// `value.name`: an attribute, else the element of that name.
    func attribute(_ name: String, of value: Value) throws(TemplateError) -> Value {
        if case .undefined(let undefined) = value { throw undefined.error }
        if let found = try existingAttribute(name, of: value) { return found }
        switch value {
        case .dictionary(let members): if let member = members[name] { return member }
        case .object(let object as BlocksReference): if let block = object.block(name, self) { return block }
        default: break
        }
        return .undefined(attribute: name, of: value)
    }

    /// An attribute that Python would find, or `nil`; one that the sandbox guards is undefined.
    func existingAttribute(_ name: String, of value: Value) throws(TemplateError) -> Value? {
        if name.utf8.first == UInt8(ascii: "_"), Self.attributesOfAll.contains(name) {
            return .unsafe(attribute: name, of: value)
        }
        if let method = Methods.named(name, of: value) { return .object(try BoundMethod(name, of: value, method)) }
        if Methods.isMutating(name, of: value) { return .unsafe(attribute: name, of: value) }
        switch value {
        case .tuple(let elements):
            guard let index = elements.names.firstIndex(of: name) else { return nil }
            return elements.values[index]
        case .range(let range):
            switch name {
            case "start": return .integer(range.start)
            case "stop": return .integer(range.stop)
            case "step": return .integer(range.step)
            default: return nil
            }
        case .object(let object): return try object.attribute(name)
        default: return nil
        }
    }

    /// Attributes that every object of Python has.
    private static let attributesOfAll: Set<String> = [
        "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__", "__getattribute__",
        "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__",
        "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__",
    ]

    /// `value[index]`: an element, else the attribute of that name.
    func element(_ index: Value, of value: Value) throws(TemplateError) -> Value {
        if case .undefined(let undefined) = value { throw undefined.error }
        if let found = try existingElement(index, of: value) { return found }
        if let name = index.text {
            return try existingAttribute(name, of: value) ?? .undefined(attribute: name, of: value)
        }
        return .undefined("\(value.describedType) has no element \(try representation(of: index))")
    }

    private func existingElement(_ index: Value, of value: Value) throws(TemplateError) -> Value? {
        switch value {
        case .dictionary(let members):
            do {
                return try member(index, of: members)
            } catch {
                // What cannot be a key is in no dictionary.
                if error.kind == .type { return nil }
                throw error
            }
        case .list(let elements), .tuple(let elements):
            return index.integer.flatMap { position(of: $0, in: elements.values.count) }.map { elements.values[$0] }
        case .range(let range):
            return index.integer.flatMap { position(of: $0, in: range.count) }.map { .integer(range[$0]) }
        case .string(let text), .markup(let text):
            guard let integer = index.integer else { return nil }
            try meter.work(bytes: text.utf8.count, .searching)
            return character(integer, of: text).map { .text($0, isMarkup: value.isMarkup) }
        case .object(let object as BlocksReference): return index.text.flatMap { object.block($0, self) }
        default: return nil
        }
    }

    private func character(_ index: Int, of text: String) -> String? {
        let scalars = text.unicodeScalars
        if index >= 0 {
            guard let place = scalars.index(scalars.startIndex, offsetBy: index, limitedBy: scalars.endIndex),
                place < scalars.endIndex
            else { return nil }
            return String(Character(scalars[place]))
        }
        return scalars.index(scalars.endIndex, offsetBy: index, limitedBy: scalars.startIndex)
            .map { String(Character(scalars[$0])) }
    }

    /// Where an index points that may count from the end.
    private func position(of index: Int, in count: Int) -> Int? {
        let position = index < 0 ? index + count : index
        return position >= 0 && position < count ? position : nil
    }
}
