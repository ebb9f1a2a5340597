import Foundation
import Quire
import QuireJSON

/// A file for the result of a benchmark, as one JSON object.
struct ResultFile {
    private let path: String

    /// Looks whether the file can be written before anything runs, so that nothing is measured in vain.
    ///
    /// - Throws: `OptionError` where it cannot.
    init(path: String) throws(OptionError) {
        self.path = path
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let place = FileManager.default.fileExists(atPath: path) ? path : folder
        var isDirectory: ObjCBool = false
        guard access(place, W_OK) == 0,
            !FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) || !isDirectory.boolValue
        else {
            throw problem(isDirectory.boolValue ? "it is a folder" : "\(place): \(String(cString: strerror(errno)))")
        }
    }

    func write(_ members: [(String, JSONValue)]) throws(OptionError) {
        let date = ISO8601DateFormatter().string(from: Date())
        do {
            try (JSONValue.members(members + [("date", .string(date))]).text + "\n").write(
                toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw problem((error as NSError).localizedDescription)
        }
    }

    private func problem(_ reason: String) -> OptionError {
        OptionError(name: "--output-json", value: "'\(path)'", expected: "a file that can be written (\(reason))")
    }
}
