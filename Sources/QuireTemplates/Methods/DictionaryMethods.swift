/// Methods of dictionaries.
enum DictionaryMethods {
    static let all: [String: @Sendable (Renderer, Value, Arguments) throws(TemplateError) -> Value] = [
        "get": get, "items": items, "keys": keys, "values": values, "copy": copy, "fromkeys": fromKeys,
    ]

    private static func members(_ receiver: Value) throws(TemplateError) -> Members {
        guard case .dictionary(let members) = receiver else {
            throw TemplateError(.type, "descriptor requires a 'dict' object but received a '\(receiver.typeName)'")
        }
        return members
    }

    @Sendable private static func get(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let members = try members(receiver)
        guard arguments.named.isEmpty else { throw TemplateError(.type, "dict.get() takes no keyword arguments") }
        guard let key = arguments.positional.first else {
            throw TemplateError(.type, "get expected at least 1 argument, got 0")
        }
        guard arguments.positional.count <= 2 else {
            throw TemplateError(.type, "get expected at most 2 arguments, got \(arguments.positional.count)")
        }
        let fallback = arguments.positional.count > 1 ? arguments.positional[1] : .none
        return try renderer.member(key, of: members) ?? fallback
    }

    @Sendable private static func items(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "dict.items")
        return .view(MemberView(.items, of: try members(receiver)))
    }

    @Sendable private static func keys(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "dict.keys")
        return .view(MemberView(.keys, of: try members(receiver)))
    }

    @Sendable private static func values(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "dict.values")
        return .view(MemberView(.values, of: try members(receiver)))
    }

    @Sendable private static func copy(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "dict.copy")
        return receiver
    }

    /// `dict.fromkeys(keys, value)`
    @Sendable static func fromKeys(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "fromkeys", "iterable", "value", required: 1)
        let value = bound[1] ?? .none
        let keys = try renderer.elements(of: bound[0] ?? .none)
        return try renderer.dictionary(keys.map { ($0, value) })
    }
}
