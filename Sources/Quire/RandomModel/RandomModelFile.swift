import Foundation

/// The file of a random model: kept in a folder and found there again, or temporary.
public struct RandomModelFile: Sendable {
    public let path: String
    private let isTemporary: Bool

    /// Writes the model, unless the folder has it.
    ///
    /// - Parameter folder: `nil` takes the system's for temporary files.
    /// - Throws: `FormatError` where the file cannot be written.
    public init(_ model: RandomModel, in folder: String?) throws {
        let name = "random-\(model.shape.rawValue)-\(model.format).gguf"
        if let folder {
            path = URL(fileURLWithPath: folder).appendingPathComponent(name).path
            isTemporary = false
            // Files are moved to their place when they are whole.
            if FileManager.default.fileExists(atPath: path) { return }
        } else {
            path = NSTemporaryDirectory() + "quire-\(UUID().uuidString)-" + name
            isTemporary = true
        }
        try model.write(to: path)
    }

    /// Removes a temporary file, as one may once the model is loaded: what is mapped stays until it is let go of.
    public func removeIfTemporary() {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }
}
