import Foundation

/// Filters that make or change numbers.
extension Filters {
    static let numbers: [String: Filter] = [
        "abs": magnitude, "int": integer, "float": float, "round": round, "filesizeformat": fileSize,
    ]

    @Sendable private static func magnitude(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "abs")
        if case .float(let number) = value { return .float(number.magnitude) }
        guard let integer = value.integer else {
            throw TemplateError(.type, "bad operand type for abs(): '\(value.typeName)'")
        }
        return integer < 0 ? try Renderer.whole(.subtract, 0, integer) : .integer(integer)
    }

    @Sendable private static func integer(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_int", "default", "base", required: 0)
        let fallback = bound[0] ?? .integer(0)
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .string(let text), .markup(let text):
            let base = try bound.integer(1, default: 10)
            try renderer.meter.work(bytes: text.utf8.count, .mapping)
            guard base == 0 || (2...36).contains(base) else {
                throw TemplateError(.value, "int() base must be >= 2 and <= 36, or 0")
            }
            if let number = PythonNumber.integer(text, base: base) { return .integer(number) }
            guard let number = PythonNumber.float(text), number.isFinite else { return fallback }
            return .integer(try truncated(number))
        case .float(let number): return number.isFinite ? .integer(try truncated(number)) : fallback
        default: return value.integer.map(Value.integer) ?? fallback
        }
    }

    private static func truncated(_ number: Double) throws(TemplateError) -> Int {
        guard let integer = Int(exactly: number.rounded(.towardZero)) else {
            throw TemplateError(.overflow, "a whole number does not fit in 64 bits")
        }
        return integer
    }

    @Sendable private static func float(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_float", "default", required: 0)
        let fallback = bound[0] ?? .float(0)
        if case .undefined(let undefined) = value { throw undefined.error }
        try renderer.meter.work(bytes: value.text?.utf8.count ?? 0, .mapping)
        if let text = value.text { return PythonNumber.float(text).map(Value.float) ?? fallback }
        return value.number.map(Value.float) ?? fallback
    }

    @Sendable private static func round(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_round", "precision", "method", required: 0)
        let precision = try bound.integer(0, default: 0)
        let method = try bound.text(1, default: "common")
        guard ["common", "ceil", "floor"].contains(method) else {
            throw TemplateError(.filterArgument, "method must be common, ceil or floor")
        }
        guard let number = value.number else {
            throw TemplateError(.type, "type \(value.typeName) doesn't define __round__ method")
        }
        guard method == "common" else {
            let scale = pow(10, Double(precision))
            let scaled = number * scale
            return .float((method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)) / scale)
        }
        if let integer = value.integer, precision >= 0 { return .integer(integer) }
        guard number.isFinite else { return .float(number) }
        return value.integer != nil
            ? .integer(try truncated(rounded(number, to: precision))) : .float(rounded(number, to: precision))
    }

    /// Rounds to digits behind the point, or before it where they are negative; ties of the exact value go to even.
    private static func rounded(_ number: Double, to digits: Int) -> Double {
        if digits > 308 { return number }
        if digits < -308 { return copysign(0, number) }
        if digits >= 0 { return Double(number.fixed(digits)) ?? number }
        let scale = pow(10, Double(-digits))
        return (number / scale).rounded(.toNearestOrEven) * scale
    }

    @Sendable private static func fileSize(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_filesizeformat", "binary", required: 0)
        let isBinary = try renderer.isTrue(bound[0], default: false)
        if case .undefined(let undefined) = value { throw undefined.error }
        guard let bytes = value.text.flatMap(PythonNumber.float) ?? value.number else {
            if let text = value.text {
                throw TemplateError(.value, "could not convert string to float: \(text.pythonQuoted)")
            }
            throw TemplateError(
                .type, "float() argument must be a string or a real number, not '\(value.typeName)'")
        }
        let base: Double = isBinary ? 1_024 : 1_000
        if bytes == 1 { return .string("1 Byte") }
        if bytes < base { return .string("\(try truncated(bytes)) Bytes") }
        var unit = base
        let prefixes = isBinary ? ["K", "M", "G", "T", "P", "E", "Z", "Y"] : ["k", "M", "G", "T", "P", "E", "Z", "Y"]
        for (index, prefix) in prefixes.enumerated() {
            unit *= base
            if bytes < unit || index == prefixes.count - 1 {
                return .string("\((base * bytes / unit).fixed(1)) \(prefix)\(isBinary ? "iB" : "B")")
            }
        }
        return .none
    }
}
