import Quire
import QuireJSON
import QuireTokenizers

/// The tokens of one text as people and programs read them.
struct TokenTable {
    private let tokens: [EncodedToken]

    init(_ tokens: [EncodedToken]) {
        self.tokens = tokens
    }

    /// A line a token; on a terminal after the pieces in turning colours.
    var text: String {
        var table = Table(header: ["ID", "PIECE", "BYTES"])
        for token in tokens {
            table.add([
                "\(token.id)", Terminal.printable(token.piece),
                "\(token.byteRange.lowerBound)..<\(token.byteRange.upperBound)",
            ])
        }
        let count = "\(tokens.count) token\(tokens.count == 1 ? "" : "s")"
        return ((swatches.map { [$0] } ?? []) + [table.text, count]).joined(separator: "\n")
    }

    /// Background colours of the 256-colour palette that black text can be read on.
    private static let colours = [152, 223, 151, 218, 189]

    private var swatches: String? {
        guard Terminal.isOutputTerminal, !tokens.isEmpty else { return nil }
        return tokens.enumerated().map { index, token in
            let colour = Self.colours[index % Self.colours.count]
            return "\u{1B}[30;48;5;\(colour)m\(Terminal.printable(token.piece))\u{1B}[0m"
        }.joined()
    }

    /// `{"ids":[…],"tokens":[…]}`
    var json: JSONValue {
        .members([("ids", .ids(tokens.map(\.id))), ("tokens", .array(tokens.map { .string($0.piece) }))])
    }
}
