/// Methods that ask what kinds of characters the string has.
extension StringMethods {
    static let questions: [String: Implementation] = [
        "isalnum": all("isalnum") { $0.isPythonLetter || $0.isPythonNumeric },
        "isalpha": all("isalpha") { $0.isPythonLetter },
        "isdecimal": all("isdecimal") { $0.properties.numericType == .decimal },
        "isdigit": all("isdigit") { $0.properties.numericType == .decimal || $0.properties.numericType == .digit },
        "isnumeric": all("isnumeric") { $0.isPythonNumeric },
        "isspace": all("isspace") { $0.isPythonSpace },
        "isascii": question("isascii") { $0.utf8.allSatisfy { $0 < 0x80 } },
        "isprintable": question("isprintable") { $0.unicodeScalars.allSatisfy(\.isPythonPrintable) },
        "isidentifier": question("isidentifier") { text in
            text.unicodeScalars.first?.isIdentifierStart ?? false && text.unicodeScalars.allSatisfy(\.isWordCharacter)
        },
        "islower": question("islower") { $0.isPythonLowercase },
        "isupper": question("isupper") { $0.isPythonUppercase },
        "istitle": question("istitle") { $0.isPythonTitle },
    ]

    private static func question(_ name: String, _ answer: @escaping @Sendable (String) -> Bool) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "str.\(name)")
            try renderer.meter.work(bytes: text(receiver).utf8.count, .mapping)
            return .bool(answer(text(receiver)))
        }
    }

    /// Whether there are characters and all of them are of a kind.
    private static func all(
        _ name: String, _ isOfKind: @escaping @Sendable (Unicode.Scalar) -> Bool
    ) -> Implementation {
        question(name) { !$0.isEmpty && $0.unicodeScalars.allSatisfy(isOfKind) }
    }
}

extension Unicode.Scalar {
    var isPythonLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    var isPythonNumeric: Bool { properties.numericType != nil }
}
