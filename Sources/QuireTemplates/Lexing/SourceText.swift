/// The characters of a template, and where its lines begin.
struct SourceText {
    let scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    /// Every kind of line break becomes `\n`, and one at the very end is dropped.
    init(_ source: String) {
        var scalars: [Unicode.Scalar] = []
        var lineStarts = [0]
        var previous: Unicode.Scalar = " "
        for scalar in source.unicodeScalars {
            let isSecondHalf = previous == "\r" && scalar == "\n"
            previous = scalar
            if isSecondHalf { continue }
            scalars.append(scalar == "\r" ? "\n" : scalar)
            if scalars.last == "\n" { lineStarts.append(scalars.count) }
        }
        if scalars.last == "\n" { scalars.removeLast() }
        self.scalars = scalars
        self.lineStarts = lineStarts
    }

    var count: Int { scalars.count }

    func position(of offset: Int) -> TemplatePosition {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return TemplatePosition(line: low + 1, column: offset - lineStarts[low] + 1)
    }

    func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[range])
        return String(text)
    }

    func starts(with text: String, at offset: Int) -> Bool {
        var offset = offset
        for scalar in text.unicodeScalars {
            guard offset < scalars.count, scalars[offset] == scalar else { return false }
            offset += 1
        }
        return true
    }
}
