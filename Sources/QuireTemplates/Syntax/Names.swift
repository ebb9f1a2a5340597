/// A variable's name as a number, so that scopes compare numbers.
typealias NameID = Int32

/// The names of variables in one template.
struct NameTable: Sendable {
    private(set) var names: [String] = []
    private var ids: [ExactText: NameID] = [:]

    mutating func id(of name: String) -> NameID {
        if let id = ids[ExactText(name)] { return id }
        let id = NameID(names.count)
        names.append(name)
        ids[ExactText(name)] = id
        return id
    }

    /// The number of a name that the template uses, or `nil`.
    func existingID(of name: String) -> NameID? { ids[ExactText(name)] }

    subscript(id: NameID) -> String { names[Int(id)] }
}
