/// A value with identity: functions, macros, namespaces, loops, generators.
///
/// Subclasses answer what templates may ask of them; the defaults say no.
class Object {
    /// Python's name of the type.
    var typeName: String { "object" }
    /// The Python module that defines the type, unless it is built in.
    var module: String? { nil }
    var isCallable: Bool { false }
    /// How deep the values are nested that it holds for good.
    ///
    /// Chains of values are bounded by it, because their end is released recursively. What an object takes later it must
    /// drop in `clear`.
    var depth: Int { 0 }

    /// The text of the object where it is printed.
    func text(_ renderer: Renderer) throws(TemplateError) -> String { "<\(typeName) object>" }

    /// An attribute that exists, or `nil`.
    func attribute(_ name: String) throws(TemplateError) -> Value? { nil }

    func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        throw TemplateError(.type, "'\(typeName)' object is not callable")
    }

    /// Elements one by one, or `nil` where the object cannot be iterated.
    var iterator: ValueIterator? { nil }

    /// The number of elements, or `nil` where Python's `len` fails.
    func length() throws(TemplateError) -> Int? { nil }

    /// Drops what it refers to, at the end of a rendering: objects may refer to each other in circles.
    func clear() {}
}
