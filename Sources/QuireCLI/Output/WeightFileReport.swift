import Quire
import QuireFormats

/// What is in a file of weights, in tables.
struct WeightFileReport {
    let file: String

    func write() throws {
        let opened = try TensorFiles.open(file)
        let bytes = opened.tensors.reduce(0) { $0 + $1.bytes.count }
        Terminal.line("\(file): \(opened.formatName), \(opened.tensors.count) tensors, \(ByteCount(bytes))")
        do {
            if let scheme = try QuantizationScheme(besideFile: file) {
                Terminal.line("quantised: \(Terminal.printable("\(scheme)"))")
            }
        } catch {
            Terminal.line("quantised: \(Terminal.printable("\(error)"))")
        }
        if !opened.metadata.isEmpty {
            Terminal.line()
            var table = Table(header: ["KEY", "VALUE"])
            for (key, value) in opened.metadata.sorted(by: { $0.key < $1.key }) {
                table.add([Terminal.printable(key), Self.text(value)])
            }
            Terminal.line(table.text)
        }
        guard !opened.tensors.isEmpty else { return }
        Terminal.line()
        var table = Table(header: ["TENSOR", "TYPE", "SHAPE", "BYTES"])
        for tensor in opened.tensors {
            let shape = tensor.shape.map(String.init).joined(separator: " × ")
            table.add([Terminal.printable(tensor.name), tensor.type.description, shape, "\(tensor.bytes.count)"])
        }
        Terminal.line(table.text)
    }

    private static let longestText = 96

    private static func text(_ value: MetadataValue) -> String {
        if let values = value.array {
            let shown = values.prefix(6).map(text).joined(separator: ", ")
            return "[\(values.count)] \(shown)\(values.count > 6 ? ", …" : "")"
        }
        if let value = value.bool { return "\(value)" }
        if let value = value.string {
            let shown = Terminal.printable(value)
            return shown.count > longestText ? shown.prefix(longestText) + "… (\(value.count) characters)" : shown
        }
        if let value = value.integer { return "\(value)" }
        return value.number.map { "\($0)" } ?? "?"
    }
}
