extension TemplateTime {
    /// The moment by a format of C's `strftime`, in English.
    ///
    /// - Throws: an error of kind `unsupported` for what is no directive, of kind `limit` for a long format.
    func formatted(_ format: String) throws(TemplateError) -> String {
        guard format.utf8.count <= Self.maximumFormatBytes else {
            throw TemplateError(.limit, "a time format has more than \(Self.maximumFormatBytes) bytes")
        }
        var result = ""
        var scalars = format.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            guard var directive = scalars.next() else { return result + "%" }
            // glibc leaves out the filling after a minus, and fills with blanks after an underscore.
            var filling: Character?
            var isPlain = false
            if directive == "-" || directive == "_" {
                isPlain = directive == "-"
                filling = directive == "_" ? " " : nil
                guard let next = scalars.next() else { return result + "%" + String(Character(directive)) }
                directive = next
            }
            result += try part(directive, filling: filling, isPlain: isPlain)
        }
        return result
    }

    private static let maximumFormatBytes = 4_096

    private func part(
        _ directive: Unicode.Scalar, filling: Character?, isPlain: Bool
    ) throws(TemplateError) -> String {
        func number(_ value: Int, _ width: Int, _ usual: Character = "0") -> String {
            let digits = String(value)
            if isPlain { return digits }
            return String(repeating: filling ?? usual, count: max(0, width - digits.count)) + digits
        }
        let hour12 = hour % 12 == 0 ? 12 : hour % 12
        switch directive {
        case "a": return String(Self.weekdays[weekday].prefix(3))
        case "A": return Self.weekdays[weekday]
        case "b", "h": return String(Self.months[month - 1].prefix(3))
        case "B": return Self.months[month - 1]
        case "c": return try formatted("%a %b %e %H:%M:%S %Y")
        case "C": return number(year / 100, 2)
        case "d": return number(day, 2)
        case "D", "x": return try formatted("%m/%d/%y")
        case "e": return number(day, 2, " ")
        case "f": return number(microsecond, 6)
        case "F": return try formatted("%Y-%m-%d")
        case "g": return number(isoWeek.year % 100, 2)
        case "G": return number(isoWeek.year, 4)
        case "H": return number(hour, 2)
        case "I": return number(hour12, 2)
        case "j": return number(dayOfYear, 3)
        case "k": return number(hour, 2, " ")
        case "l": return number(hour12, 2, " ")
        case "m": return number(month, 2)
        case "M": return number(minute, 2)
        case "n": return "\n"
        case "p": return hour < 12 ? "AM" : "PM"
        case "P": return hour < 12 ? "am" : "pm"
        case "r": return try formatted("%I:%M:%S %p")
        case "R": return try formatted("%H:%M")
        case "S": return number(second, 2)
        case "t": return "\t"
        case "T", "X": return try formatted("%H:%M:%S")
        case "u": return number(weekday == 0 ? 7 : weekday, 1)
        case "U": return number((dayOfYear + 6 - weekday) / 7, 2)
        case "V": return number(isoWeek.week, 2)
        case "w": return number(weekday, 1)
        case "W": return number((dayOfYear + 6 - (weekday + 6) % 7) / 7, 2)
        case "y": return number(year % 100, 2)
        case "Y": return number(year, 1)
        case "z", "Z": return ""
        case "%": return "%"
        default: throw TemplateError(.unsupported, "strftime_now does not know '%\(directive)'")
        }
    }

    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// The week by ISO 8601, and the year it belongs to: the week of the first Thursday is the first.
    private var isoWeek: (year: Int, week: Int) {
        let week = (dayOfYear - (weekday + 6) % 7 + 9) / 7
        if week < 1 { return (year - 1, Self.weeks(in: year - 1)) }
        if week > Self.weeks(in: year) { return (year + 1, 1) }
        return (year, week)
    }

    private static func weeks(in year: Int) -> Int {
        guard let last = TemplateTime(year: max(year, 1), month: 12, day: 31) else { return 52 }
        return last.weekday == 4 || (last.weekday == 5 && isLeap(year)) ? 53 : 52
    }
}
