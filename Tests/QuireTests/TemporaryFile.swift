import Foundation

/// A place for a file that goes with its owner.
final class TemporaryFile {
    let path = NSTemporaryDirectory() + "quire-\(UUID().uuidString).gguf"

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
