extension Renderer {
    /// A dictionary of keys and values just made.
    ///
    /// - Throws: a `TypeError` for keys that cannot be hashed, an error of kind `limit`.
    func dictionary(_ pairs: [(key: Value, value: Value)]) throws(TemplateError) -> Value {
        try meter.allocate(elements: pairs.count * 2)
        for (key, _) in pairs { try chargeKey(key) }
        return .dictionary(try Members(pairs))
    }

    /// The member of a key, or `nil`.
    ///
    /// - Throws: a `TypeError` for a key that cannot be hashed.
    func member(_ key: Value, of members: Members) throws(TemplateError) -> Value? {
        try chargeKey(key)
        if let text = key.text { return members[text] }
        return try members.value(of: try MemberKey(key))
    }

    /// Finding a key means reading it.
    private func chargeKey(_ key: Value) throws(TemplateError) {
        try meter.work(bytes: key.text?.utf8.count ?? 0, .searching)
    }
}
