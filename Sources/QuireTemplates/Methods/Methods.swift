/// What a method does with its receiver and arguments.
typealias Method = (Renderer, Value, Arguments) throws(TemplateError) -> Value

/// The methods that Python's values have and templates may call.
enum Methods {
    /// A method of the value, or `nil`.
    static func named(_ name: String, of value: Value) -> Method? {
        switch value {
        case .string: return StringMethods.all[name]
        case .markup: return StringMethods.onMarkup(name)
        case .dictionary: return DictionaryMethods.all[name]
        case .list:
            if name == "copy" { return SequenceMethods.copy }
            return SequenceMethods.all[name]
        case .tuple, .range: return SequenceMethods.all[name]
        case .object(let object as Cycler): return object.method(name)
        default: return nil
        }
    }

    /// Whether Python has a method of that name that would change the value, which templates may not.
    static func isMutating(_ name: String, of value: Value) -> Bool {
        switch value {
        case .list: mutatingListMethods.contains(name)
        case .dictionary: mutatingDictionaryMethods.contains(name)
        default: false
        }
    }

    private static let mutatingListMethods: Set<String> = [
        "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
    ]
    private static let mutatingDictionaryMethods: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]
}
