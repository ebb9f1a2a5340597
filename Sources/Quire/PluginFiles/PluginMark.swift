import Foundation

/// Finds what a library was compiled against in its bytes, without running any of it.
enum PluginMark {
    /// How the text begins, in `scripts/plugin-interface.sh`.
    static let start = "quire plugin interface: "

    /// - Returns: `nil` where there is none, or the file cannot be read.
    static func text(inFile path: String) -> String? {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe),
            let range = bytes.range(of: Data(start.utf8))
        else { return nil }
        // Nothing sensible is longer.
        let text = bytes[range.lowerBound...].prefix(200).prefix { $0 != 0 }
        return String(bytes: text, encoding: .utf8)
    }
}
