/// Colours that differ for colour-blind eyes too, each strong and pale.
package enum Palette {
    package static let ink = "#1f2430"
    package static let faintInk = "#5b6270"
    package static let grid = "#e3e6ec"
    /// For what belongs to nobody.
    package static let grey = "#8a8f99"

    /// After Okabe and Ito, less the colours that are too light to have a pale form.
    private static let strong: [(Int, Int, Int)] = [
        (0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00), (0x00, 0x9E, 0x73), (0xB8, 0x4A, 0x8C), (0xD9, 0x9A, 0x00),
        (0x5B, 0x4B, 0xB0), (0x7A, 0x7A, 0x1E), (0x8C, 0x3B, 0x2A),
    ]

    /// Colours repeat after `count`.
    package static var count: Int { strong.count }

    package static func strong(_ index: Int) -> String { hex(strong[index % strong.count]) }

    package static func pale(_ index: Int) -> String {
        func mix(_ part: Int) -> Int { (part * 45 + 255 * 55) / 100 }
        let (red, green, blue) = strong[index % strong.count]
        return hex((mix(red), mix(green), mix(blue)))
    }

    private static func hex(_ colour: (Int, Int, Int)) -> String {
        let digits = [colour.0, colour.1, colour.2].map { part in
            let text = String(part, radix: 16)
            return text.count < 2 ? "0" + text : text
        }
        return "#" + digits.joined()
    }
}
