/// `range(start, stop, step)`, which computes its elements.
struct RangeValue: Hashable {
    let start: Int
    let stop: Int
    let step: Int

    /// Ranges longer than this are refused, as the sandbox does.
    static let maximumCount = 100_000

    /// - Throws: a `ValueError` for a step of zero, an `OverflowError` for a range that is too long.
    init(start: Int, stop: Int, step: Int) throws(TemplateError) {
        guard step != 0 else { throw TemplateError(.value, "range() arg 3 must not be zero") }
        self.start = start
        self.stop = stop
        self.step = step
        guard length <= Self.maximumCount else {
            throw TemplateError(
                .overflow,
                "Range too big. The sandbox blocks ranges larger than MAX_RANGE (\(Self.maximumCount)).")
        }
    }

    /// Elements before any limit; saturates where the distance does not fit.
    private var length: Int {
        let isEmpty = step > 0 ? start >= stop : start <= stop
        if isEmpty { return 0 }
        let (distance, overflows) =
            step > 0
            ? stop.subtractingReportingOverflow(start)
            : start.subtractingReportingOverflow(stop)
        guard !overflows else { return .max }
        return (distance - 1) / Int(clamping: step.magnitude) + 1
    }

    var count: Int { length }

    /// The element at a valid index.
    subscript(index: Int) -> Int { start + index * step }
}
