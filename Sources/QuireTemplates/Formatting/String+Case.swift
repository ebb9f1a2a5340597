/// Upper and lower case as Python's strings have them: character by character, by Unicode's full mappings.
extension String {
    var pythonUppercased: String {
        // For ASCII Swift and Python agree, and Swift is faster.
        isASCII ? uppercased() : mapped { scalar, _ in scalar.properties.uppercaseMapping }
    }

    private var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }

    /// A sigma at the end of a word has a form of its own.
    var pythonLowercased: String {
        if isASCII { return lowercased() }
        guard unicodeScalars.contains("Σ") else { return mapped { scalar, _ in scalar.properties.lowercaseMapping } }
        let scalars = Array(unicodeScalars)
        return mapped { scalar, index in
            guard scalar == "Σ" else { return scalar.properties.lowercaseMapping }
            let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
            let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
            let isFinal = before?.properties.isCased ?? false && !(after?.properties.isCased ?? false)
            return isFinal ? "ς" : "σ"
        }
    }

    /// Lower case for comparisons: `ß` becomes `ss`.
    var pythonCaseFolded: String {
        mapped { scalar, _ in
            switch scalar {
            case "ß", "ẞ": "ss"
            case "ς": "σ"
            default:
                // What the upper case unfolds, such as ligatures, is folded too.
                scalar.properties.uppercaseMapping.unicodeScalars.count > 1
                    ? scalar.properties.uppercaseMapping.pythonLowercased : scalar.properties.lowercaseMapping
            }
        }
    }

    var pythonCapitalized: String {
        guard let first = unicodeScalars.first else { return self }
        let lower = pythonLowercased
        let rest = lower.unicodeScalars.dropFirst(first.properties.lowercaseMapping.unicodeScalars.count)
        return first.properties.titlecaseMapping + String(rest)
    }

    var pythonCaseSwapped: String {
        mapped { scalar, _ in
            scalar.properties.isUppercase
                ? scalar.properties.lowercaseMapping
                : scalar.properties.isLowercase ? scalar.properties.uppercaseMapping : String(Character(scalar))
        }
    }

    /// Every run of letters with a capital first.
    var pythonTitle: String {
        var isInWord = false
        return mapped { scalar, _ in
            defer { isInWord = scalar.properties.isCased }
            return isInWord ? scalar.properties.lowercaseMapping : scalar.properties.titlecaseMapping
        }
    }

    var isPythonLowercase: Bool { hasCase { !$0.isUppercase && !$0.isTitlecaseLetter } }
    var isPythonUppercase: Bool { hasCase { !$0.isLowercase && !$0.isTitlecaseLetter } }

    var isPythonTitle: Bool {
        var isInWord = false
        var found = false
        for scalar in unicodeScalars {
            if scalar.properties.isUppercase || scalar.properties.isTitlecaseLetter {
                if isInWord { return false }
                isInWord = true
                found = true
            } else if scalar.properties.isLowercase {
                if !isInWord { return false }
                found = true
            } else {
                isInWord = false
            }
        }
        return found
    }

    /// Whether some character has a case, and all that do are right.
    private func hasCase(_ isRight: (Unicode.Scalar.Properties) -> Bool) -> Bool {
        var found = false
        for scalar in unicodeScalars where scalar.properties.isCased {
            guard isRight(scalar.properties) else { return false }
            found = true
        }
        return found
    }

    private func mapped(_ map: (Unicode.Scalar, Int) -> String) -> String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for (index, scalar) in unicodeScalars.enumerated() { result += map(scalar, index) }
        return result
    }
}

extension Unicode.Scalar.Properties {
    fileprivate var isTitlecaseLetter: Bool { generalCategory == .titlecaseLetter }
}
