import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A picture's elements as an XML parser finds them.
struct SVGElements {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// What stands in the element itself.
        var text = ""
        /// The text of its title.
        var hint = ""
        /// Its fill, or that of the group around it.
        let fill: String

        func number(_ name: String) -> Double { attributes[name].flatMap(Double.init) ?? .nan }
    }

    struct NotWellFormed: Error {
        let line: Int
    }

    let all: [Element]

    /// - Throws: `NotWellFormed`.
    init(_ svg: String) throws {
        let parser = XMLParser(data: Data(svg.utf8))
        let collector = Collector()
        parser.delegate = collector
        guard parser.parse() else { throw NotWellFormed(line: parser.lineNumber) }
        all = collector.elements
    }

    func named(_ name: String) -> [Element] { all.filter { $0.name == name } }
    var texts: [String] { named("text").map(\.text) }
    /// Elements with a hint that contains the text.
    func hinting(_ text: String) -> [Element] { all.filter { $0.hint.contains(text) } }

    private final class Collector: NSObject, XMLParserDelegate {
        var elements: [Element] = []
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let fill = attributes["fill"] ?? open.last.map { elements[$0].fill } ?? ""
            open.append(elements.count)
            elements.append(Element(name: name, attributes: attributes, fill: fill))
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) {
            guard let index = open.last else { return }
            if elements[index].name == "title", open.count > 1 {
                elements[open[open.count - 2]].hint += string
            } else {
                elements[index].text += string
            }
        }

        func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
            open.removeLast()
        }
    }
}
