import Foundation

extension Double {
    /// Python's representation: the shortest digits that give the number back, with an exponent from 1e16 on.
    var pythonRepresentation: String {
        if isNaN { return "nan" }
        if isInfinite { return self < 0 ? "-inf" : "inf" }
        if self == 0 { return sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = decimalDigits
        let minus = self < 0 ? "-" : ""
        if exponent < -4 || exponent >= 16 {
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let size = String(abs(exponent))
            return minus + String(digits.prefix(1)) + fraction + (exponent < 0 ? "e-" : "e+")
                + (size.count < 2 ? "0" : "") + size
        }
        if exponent < 0 { return minus + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        if digits.count <= whole { return minus + digits + String(repeating: "0", count: whole - digits.count) + ".0" }
        return minus + String(digits.prefix(whole)) + "." + String(digits.dropFirst(whole))
    }

    /// The shortest digits, and the power of ten of the first.
    private var decimalDigits: (digits: String, exponent: Int) {
        let parts = "\(magnitude)".lowercased().split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        var digits = String(whole) + (mantissa.count > 1 ? String(mantissa[1]) : "")
        var exponent = whole.count - 1 + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
        while digits.count > 1, digits.hasPrefix("0") {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return (digits, exponent)
    }

    /// Digits after the point, rounded to the nearest, ties to even by the exact value.
    func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }

    /// One digit, a point, digits, an exponent of two digits or more.
    func scientific(_ digits: Int) -> String { String(format: "%.\(digits)e", self) }

    /// So many significant digits, with an exponent where the number is large or small.
    func general(_ digits: Int, keepsZeros: Bool = false) -> String {
        String(format: keepsZeros ? "%#.\(digits)g" : "%.\(digits)g", self)
    }
}
