/// Arithmetic on sizes that a file gave: nil where the result does not fit, never a trap.

/// The product of non-negative factors; 1 for none. A zero factor makes it zero whatever the others are.
func checkedProduct(_ factors: [Int]) -> Int? {
    if factors.contains(0) { return factors.contains { $0 < 0 } ? nil : 0 }
    var product = 1
    for factor in factors {
        guard factor > 0 else { return nil }
        let (next, overflow) = product.multipliedReportingOverflow(by: factor)
        guard !overflow else { return nil }
        product = next
    }
    return product
}

func checkedSum(_ a: Int, _ b: Int) -> Int? {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : sum
}

/// `value` rounded up to a multiple of `alignment`, a power of two.
func checkedAlign(_ value: Int, to alignment: Int) -> Int? {
    checkedSum(value, alignment - 1).map { $0 & ~(alignment - 1) }
}
