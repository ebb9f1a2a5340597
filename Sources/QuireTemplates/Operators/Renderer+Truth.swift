extension Renderer {
    /// Whether Python takes the value for true.
    func isTrue(_ value: Value) throws(TemplateError) -> Bool {
        switch value {
        case .undefined, .none: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let text), .markup(let text): !text.isEmpty
        case .list(let elements), .tuple(let elements): !elements.values.isEmpty
        case .dictionary(let members): members.count > 0
        case .range(let range): range.count > 0
        case .view(let view): view.members.count > 0
        case .object(let object): try object.length().map { $0 > 0 } ?? true
        }
    }

    /// The number of elements, where Python's `len` knows it.
    func knownLength(of value: Value) throws(TemplateError) -> Int? {
        switch value {
        case .undefined: 0
        case .none, .bool, .integer, .float: nil
        case .string(let text), .markup(let text): try length(of: text)
        case .list(let elements), .tuple(let elements): elements.values.count
        case .dictionary(let members): members.count
        case .range(let range): range.count
        case .view(let view): view.members.count
        case .object(let object): try object.length()
        }
    }

    /// The number of characters.
    func length(of text: String) throws(TemplateError) -> Int {
        try meter.work(bytes: text.utf8.count, .searching)
        return text.unicodeScalars.count
    }
}
