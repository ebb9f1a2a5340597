/// Variables, and the scope around them.
final class Scope {
    let parent: Scope?
    /// Scopes have few variables: searching is faster than hashing.
    private var names: [NameID] = []
    /// `nil` for a name that hides outer ones and has no value yet.
    private var values: [Value?] = []

    init(parent: Scope?, hiding hidden: [NameID] = []) {
        self.parent = parent
        if !hidden.isEmpty {
            names = hidden
            values = Array(repeating: nil, count: hidden.count)
        }
    }

    /// The value of a variable here or further out, or `nil`.
    func value(of name: NameID) -> Value? {
        var scope = self
        while true {
            for index in scope.names.indices where scope.names[index] == name { return scope.values[index] }
            guard let parent = scope.parent else { return nil }
            scope = parent
        }
    }

    /// Sets a variable of this scope.
    func set(_ name: NameID, _ value: Value?) {
        for index in names.indices where names[index] == name {
            values[index] = value
            return
        }
        names.append(name)
        values.append(value)
    }

    func clear() {
        names = []
        values = []
    }
}
