/// An SVG picture that stands alone, written element by element.
///
/// Text and attributes are escaped here and nowhere else, and groups end where their closure does: what comes out is
/// well-formed whatever goes in.
package struct SVGDocument {
    package enum Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case text(String)
        case number(Double)

        package init(stringLiteral value: String) { self = .text(value) }
        package init(integerLiteral value: Int) { self = .number(Double(value)) }
    }

    package typealias Attributes = KeyValuePairs<String, Value>

    private let width: Double
    private let height: Double
    private let label: String
    private var body = ""

    /// - Parameter label: what the picture shows, for those who hear it.
    package init(width: Double, height: Double, label: String) {
        self.width = width
        self.height = height
        self.label = label
    }

    /// - Parameters:
    ///   - text: what stands in the element.
    ///   - hint: what is shown where the pointer rests on it.
    package mutating func add(_ name: String, _ attributes: Attributes, text: String = "", hint: String? = nil) {
        let title = hint.map { "<title>\(Self.escaped($0))</title>" } ?? ""
        let content = title + Self.escaped(text)
        body += "<\(name)\(Self.written(attributes))" + (content.isEmpty ? "/>\n" : ">\(content)</\(name)>\n")
    }

    package mutating func group(_ attributes: Attributes, _ content: (inout SVGDocument) -> Void) {
        body += "<g\(Self.written(attributes))>\n"
        content(&self)
        body += "</g>\n"
    }

    /// The picture on white, so that it reads the same on a dark page.
    package var text: String {
        let root: Attributes = [
            "xmlns": "http://www.w3.org/2000/svg", "width": .number(width), "height": .number(height),
            "viewBox": .text("0 0 \(Self.written(width)) \(Self.written(height))"), "role": "img",
            "aria-label": .text(label), "font-family": "system-ui, 'Segoe UI', Helvetica, Arial, sans-serif",
            "font-size": 12,
        ]
        let ground: Attributes = ["width": .number(width), "height": .number(height), "fill": "#ffffff"]
        return "<svg\(Self.written(root))>\n<rect\(Self.written(ground))/>\n\(body)</svg>\n"
    }

    private static func written(_ attributes: Attributes) -> String {
        attributes.map { name, value in
            switch value {
            case .text(let text): " \(name)=\"\(escaped(text))\""
            case .number(let number): " \(name)=\"\(written(number))\""
            }
        }.joined()
    }

    /// A number with two decimals at most, in the form of every locale; what is none is 0.
    package static func written(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 1e9 else { return "0" }
        let hundredths = Int((number * 100).rounded())
        if hundredths % 100 == 0 { return "\(hundredths / 100)" }
        let fraction = abs(hundredths % 100)
        let digits = fraction % 10 == 0 ? "\(fraction / 10)" : (fraction < 10 ? "0\(fraction)" : "\(fraction)")
        return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(digits)"
    }

    /// Text that XML may hold; characters that it may not are replaced.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r": result += " "
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
