import Foundation

extension Renderer {
    /// Whole numbers; division gives a float, as does a negative power.
    static func whole(_ symbol: ArithmeticOperator, _ left: Int, _ right: Int) throws(TemplateError) -> Value {
        switch symbol {
        case .add: return .integer(try checked(left.addingReportingOverflow(right)))
        case .subtract: return .integer(try checked(left.subtractingReportingOverflow(right)))
        case .multiply: return .integer(try checked(left.multipliedReportingOverflow(by: right)))
        case .divide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "division by zero") }
            return .float(Double(left) / Double(right))
        case .floorDivide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "integer division or modulo by zero") }
            let quotient = try checked(left.dividedReportingOverflow(by: right))
            let isBelow = left % right != 0 && (left < 0) != (right < 0)
            return .integer(isBelow ? quotient - 1 : quotient)
        case .remainder:
            guard right != 0 else { throw TemplateError(.zeroDivision, "integer modulo by zero") }
            let (remainder, _) = left.remainderReportingOverflow(dividingBy: right)
            return .integer(remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder)
        case .power:
            if right < 0 { return .float(try real(.power, Double(left), Double(right))) }
            return .integer(try power(left, right))
        }
    }

    private static func checked(_ result: (partialValue: Int, overflow: Bool)) throws(TemplateError) -> Int {
        guard !result.overflow else { throw TemplateError(.overflow, "a whole number does not fit in 64 bits") }
        return result.partialValue
    }

    private static func power(_ base: Int, _ exponent: Int) throws(TemplateError) -> Int {
        var result = 1
        var square = base
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = try checked(result.multipliedReportingOverflow(by: square)) }
            rest >>= 1
            if rest > 0 { square = try checked(square.multipliedReportingOverflow(by: square)) }
        }
        return result
    }

    static func real(_ symbol: ArithmeticOperator, _ left: Double, _ right: Double) throws(TemplateError) -> Double {
        switch symbol {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "float division by zero") }
            return left / right
        case .floorDivide:
            guard right != 0 else { throw TemplateError(.zeroDivision, "float floor division by zero") }
            return floored(left, by: right).quotient
        case .remainder:
            guard right != 0 else { throw TemplateError(.zeroDivision, "float modulo") }
            return floored(left, by: right).remainder
        case .power:
            guard left != 0 || right >= 0 else {
                throw TemplateError(.zeroDivision, "0.0 cannot be raised to a negative power")
            }
            guard left >= 0 || right == right.rounded() || !right.isFinite else {
                throw TemplateError(.unsupported, "complex numbers are not supported")
            }
            let result = pow(left, right)
            if result.isInfinite, left.isFinite, right.isFinite {
                throw TemplateError(.overflow, "(34, 'Numerical result out of range')")
            }
            return result
        }
    }

    /// Quotient towards minus infinity; the remainder has the divisor's sign.
    private static func floored(_ left: Double, by right: Double) -> (quotient: Double, remainder: Double) {
        var remainder = fmod(left, right)
        var quotient = (left - remainder) / right
        if remainder != 0 {
            if (right < 0) != (remainder < 0) {
                remainder += right
                quotient -= 1
            }
        } else {
            remainder = copysign(0, right)
        }
        guard quotient != 0 else { return (copysign(0, left / right), remainder) }
        let floor = quotient.rounded(.down)
        return (quotient - floor > 0.5 ? floor + 1 : floor, remainder)
    }
}
