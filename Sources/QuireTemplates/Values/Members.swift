/// The members of a dictionary, in order.
final class Members {
    let keys: [Value]
    let values: [Value]
    let depth: Int
    /// Where each key stands; small dictionaries are searched instead.
    private let positions: [MemberKey: Int]?
    private static let searchedCount = 8

    private init(keys: [Value], values: [Value], positions: [MemberKey: Int]?, depth: Int) {
        self.keys = keys
        self.values = values
        self.positions = positions
        self.depth = depth
    }

    /// A later value of an equal key replaces the earlier one, which keeps its place.
    ///
    /// - Throws: a `TypeError` for keys that cannot be hashed, or an error of kind `limit`.
    convenience init(_ pairs: [(key: Value, value: Value)]) throws(TemplateError) {
        var keys: [Value] = []
        var values: [Value] = []
        var positions: [MemberKey: Int] = [:]
        keys.reserveCapacity(pairs.count)
        values.reserveCapacity(pairs.count)
        for (key, value) in pairs {
            let hashable = try MemberKey(key)
            if let position = positions[hashable] {
                values[position] = value
            } else {
                positions[hashable] = keys.count
                keys.append(key)
                values.append(value)
            }
        }
        let depth = max(try nesting(around: values), try nesting(around: keys))
        self.init(
            keys: keys, values: values, positions: keys.count > Self.searchedCount ? positions : nil, depth: depth)
    }

    var count: Int { keys.count }

    subscript(text: String) -> Value? {
        if let positions { return positions[.text(ExactText(text))].map { values[$0] } }
        for (index, key) in keys.enumerated() {
            if let candidate = key.text, candidate.isExactly(text) { return values[index] }
        }
        return nil
    }

    func value(of key: MemberKey) throws(TemplateError) -> Value? {
        if let positions { return positions[key].map { values[$0] } }
        for (index, candidate) in keys.enumerated() where try MemberKey(candidate) == key { return values[index] }
        return nil
    }

    var pairs: [(key: Value, value: Value)] { zip(keys, values).map { ($0, $1) } }
}

/// `keys()`, `values()` or `items()` of a dictionary.
final class MemberView {
    enum Part: String {
        case keys = "dict_keys"
        case values = "dict_values"
        case items = "dict_items"
    }

    let part: Part
    let members: Members

    init(_ part: Part, of members: Members) {
        self.part = part
        self.members = members
    }

    func elements() throws(TemplateError) -> [Value] {
        switch part {
        case .keys: return members.keys
        case .values: return members.values
        case .items:
            var pairs: [Value] = []
            for (key, value) in zip(members.keys, members.values) {
                pairs.append(.tuple(try Elements([key, value])))
            }
            return pairs
        }
    }
}
