/// Round numbers along an axis.
package enum Ticks {
    /// The step between marks, of the form 1, 2 or 5 times a power of ten, so that at most `count` steps reach `span`.
    package static func step(upTo span: Double, count: Int) -> Double {
        guard span.isFinite, span > 0, span < 1e15 else { return 1 }
        let least = span / Double(max(1, count))
        var power = 1.0
        while power * 10 <= least { power *= 10 }
        while power > least { power /= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least * (1 - 1e-9) } ?? power * 10
    }
}
