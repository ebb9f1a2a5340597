extension Renderer {
    /// The values in the order of their keys; equal ones keep theirs, also when reversed.
    ///
    /// - Throws: a `TypeError` for keys that have no order.
    func sorted(_ values: [Value], by keys: [Value], isReversed: Bool = false) throws(TemplateError) -> [Value] {
        var places = Array(values.indices)
        if isReversed { places.reverse() }
        var other = places
        // Merging runs of double length each time is stable and compares few pairs.
        var run = 1
        while run < places.count {
            for low in stride(from: 0, to: places.count, by: 2 * run) {
                let middle = min(low + run, places.count)
                let high = min(low + 2 * run, places.count)
                var left = low
                var right = middle
                for target in low..<high {
                    try meter.step()
                    var takesRight = left == middle
                    if !takesRight, right < high {
                        takesRight = try isLess(keys[places[right]], keys[places[left]])
                    }
                    other[target] = places[takesRight ? right : left]
                    if takesRight { right += 1 } else { left += 1 }
                }
            }
            swap(&places, &other)
            run *= 2
        }
        if isReversed { places.reverse() }
        return places.map { values[$0] }
    }

    func isLess(_ left: Value, _ right: Value) throws(TemplateError) -> Bool { try isOrdered(left, .less, right) }
}
