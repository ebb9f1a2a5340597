/// Methods of lists, tuples and ranges.
enum SequenceMethods {
    static let all: [String: @Sendable (Renderer, Value, Arguments) throws(TemplateError) -> Value] = [
        "count": count, "index": index,
    ]

    @Sendable private static func count(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "\(receiver.typeName).count", "value", required: 1)
        var count = 0
        let iterator = try renderer.iterator(over: receiver)
        while let element = try iterator.next() {
            try renderer.meter.step()
            if try renderer.areEqual(element, bound[0] ?? .none) { count += 1 }
        }
        return .integer(count)
    }

    @Sendable private static func index(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "\(receiver.typeName).index", "value", "start", "stop", required: 1)
        let elements = try renderer.elements(of: receiver)
        let wanted = bound[0] ?? .none
        let places = try SlicePlaces(
            try bound.optionalInteger(1), try bound.optionalInteger(2), 1, count: elements.count)
        for place in places.first..<(places.first + places.count) {
            try renderer.meter.step()
            if try renderer.areEqual(elements[place], wanted) { return .integer(place) }
        }
        switch receiver {
        case .list: throw TemplateError(.value, "\(try renderer.representation(of: wanted)) is not in list")
        case .tuple: throw TemplateError(.value, "tuple.index(x): x not in tuple")
        default: throw TemplateError(.value, "\(try renderer.representation(of: wanted)) is not in range")
        }
    }

    @Sendable static func copy(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "list.copy")
        return receiver
    }
}
