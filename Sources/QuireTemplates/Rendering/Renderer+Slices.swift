extension Renderer {
    func evaluateSlice(
        _ base: Expression, _ bounds: Expression.SliceBounds, _ scope: Scope
    ) throws(TemplateError) -> Value {
        let value = try evaluate(base, scope)
        let start = try bound(bounds.start, scope)
        let stop = try bound(bounds.stop, scope)
        let step = try bound(bounds.step, scope) ?? 1
        return try slice(value, start, stop, step)
    }

    private func bound(_ expression: Expression?, _ scope: Scope) throws(TemplateError) -> Int? {
        guard let expression else { return nil }
        let value = try evaluate(expression, scope)
        if value.isNone { return nil }
        guard let integer = value.integer else {
            throw TemplateError(.type, "slice indices must be integers or None or have an __index__ method")
        }
        return integer
    }

    /// `value[start:stop:step]`
    func slice(_ value: Value, _ start: Int?, _ stop: Int?, _ step: Int) throws(TemplateError) -> Value {
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .string(let text), .markup(let text):
            return .text(try slice(text, start, stop, step), isMarkup: value.isMarkup)
        case .list(let elements): return .list(try Elements(try slice(elements.values, start, stop, step)))
        case .tuple(let elements): return .tuple(try Elements(try slice(elements.values, start, stop, step)))
        case .range(let range):
            let places = try SlicePlaces(start, stop, step, count: range.count)
            let first = range.start + places.first * range.step
            let (stride, isWide) = range.step.multipliedReportingOverflow(by: places.step)
            let (distance, isLong) = stride.multipliedReportingOverflow(by: places.count)
            let (stop, isFar) = first.addingReportingOverflow(distance)
            guard !isWide, !isLong, !isFar else {
                throw TemplateError(.overflow, "a part of a range does not fit in 64 bits")
            }
            return .range(try RangeValue(start: first, stop: stop, step: stride))
        case .dictionary: throw TemplateError(.type, "unhashable type: 'slice'")
        default: throw TemplateError(.type, "'\(value.typeName)' object is not subscriptable")
        }
    }

    private func slice(
        _ values: [Value], _ start: Int?, _ stop: Int?, _ step: Int
    ) throws(TemplateError) -> [Value] {
        let places = try SlicePlaces(start, stop, step, count: values.count)
        try meter.allocate(elements: places.count)
        if places.step == 1 { return Array(values[places.first..<(places.first + places.count)]) }
        return (0..<places.count).map { values[places.first + $0 * places.step] }
    }

    private func slice(_ text: String, _ start: Int?, _ stop: Int?, _ step: Int) throws(TemplateError) -> String {
        try meter.allocate(bytes: text.utf8.count)
        try meter.work(bytes: text.utf8.count, step == 1 ? .searching : .mapping)
        let scalars = text.unicodeScalars
        let places = try SlicePlaces(start, stop, step, count: scalars.count)
        if places.step == 1 {
            let first = scalars.index(scalars.startIndex, offsetBy: places.first)
            let end = scalars.index(first, offsetBy: places.count)
            return String(scalars[first..<end])
        }
        let all = Array(scalars)
        var result = String.UnicodeScalarView()
        for index in 0..<places.count { result.append(all[places.first + index * places.step]) }
        return String(result)
    }
}

/// Which elements a slice takes.
struct SlicePlaces {
    let first: Int
    let count: Int
    let step: Int

    /// - Throws: a `ValueError` for a step of zero.
    init(_ start: Int?, _ stop: Int?, _ step: Int, count length: Int) throws(TemplateError) {
        guard step != 0 else { throw TemplateError(.value, "slice step cannot be zero") }
        // No step needs to be larger than what it steps over.
        let step = max(-length - 1, min(length + 1, step))
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? length : length - 1
        func place(_ index: Int) -> Int {
            max(lowest, min(highest, index < 0 ? max(index, -length - 1) + length : index))
        }
        let first = start.map(place) ?? (step > 0 ? 0 : length - 1)
        let end = stop.map(place) ?? (step > 0 ? length : -1)
        self.step = step
        let distance = step > 0 ? end - first : first - end
        count = distance > 0 ? (distance - 1) / abs(step) + 1 : 0
        self.first = count > 0 ? first : 0
    }
}
