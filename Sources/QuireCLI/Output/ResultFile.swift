import Foundation
import Quire
import QuireJSON

/// A file for the result of a command.
struct ResultFile {
    private let path: String
    private let option: String

    /// Looks whether the file can be written before anything runs, so that nothing is measured in vain.
    ///
    /// - Parameter option: the option that named it.
    /// - Throws: `OptionError` where it cannot.
    init(path: String, option: String = "--output-json") throws(OptionError) {
        self.path = path
        self.option = option
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let place = FileManager.default.fileExists(atPath: path) ? path : folder
        var isDirectory: ObjCBool = false
        guard access(place, W_OK) == 0,
            !FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) || !isDirectory.boolValue
        else {
            throw problem(isDirectory.boolValue ? "it is a folder" : "\(place): \(String(cString: strerror(errno)))")
        }
    }

    /// Writes the result of a benchmark as one JSON object, with the date.
    func write(_ members: [(String, JSONValue)]) throws(OptionError) {
        let date = ISO8601DateFormatter().string(from: Date())
        try write(JSONValue.members(members + [("date", .string(date))]).text + "\n")
    }

    func write(_ text: String) throws(OptionError) {
        do {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw problem((error as NSError).localizedDescription)
        }
    }

    private func problem(_ reason: String) -> OptionError {
        OptionError(name: option, value: "'\(path)'", expected: "a file that can be written (\(reason))")
    }
}
