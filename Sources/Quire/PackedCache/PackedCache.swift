import Foundation
import Logging
import QuireCore
import QuireFormats
import Synchronization

/// A folder that keeps packed weights, so that a second start maps them instead of packing again: one file for each
/// model, way of preparing it, and instruction set.
///
/// A file is read where it is whole and belongs to the very files that the model has now; otherwise it is written anew.
/// What goes wrong with it costs the gain, never the start.
final class PackedCache: PackedWeightStore {
    private let path: String
    private let logger: Logger
    private let kept: PackedFile?
    private let writer: Mutex<PackedFileWriter?>

    /// - Parameters:
    ///   - identity: differs wherever packed bytes could.
    /// - Throws: `OptionError` where the folder cannot be made.
    init(folder: String, model: ModelLocation, identity: String, logger: Logger) throws(OptionError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw OptionError(name: "packed-cache", value: folder, expected: "a folder that can be made or is there")
        }
        self.logger = logger
        let whole = Self.fileStates(model) + identity
        let name = URL(fileURLWithPath: model.path).deletingPathExtension().lastPathComponent
        path = "\(folder)/\(name)-\(String(Self.hash(whole), radix: 16)).packed"
        kept = try? PackedFile(path: path, identity: whole)
        var writer: PackedFileWriter?
        if kept == nil {
            do {
                writer = try PackedFileWriter(path: path, identity: whole)
            } catch {
                logger.warning("packed weights are not kept: \(error)")
            }
        }
        self.writer = Mutex(writer)
    }

    func find(_ name: String, layout: String, count: Int) -> KeptBytes? {
        kept?.find(name, layout: layout, count: count)
    }

    func keep(_ bytes: UnsafeRawBufferPointer, of name: String, layout: String) {
        writer.withLock { writer in
            do throws(FormatError) {
                try writer?.add(bytes, name: name, layout: layout)
            } catch {
                logger.warning("packed weights are not kept: \(error)")
                writer = nil
            }
        }
    }

    /// Puts what was kept in its place, once the model is loaded.
    func finish() {
        writer.withLock { writer in
            do throws(FormatError) {
                try writer?.finish()
            } catch {
                logger.warning("packed weights are not kept: \(error)")
            }
            writer = nil
        }
    }

    /// Path, size and time of change of everything that makes up a model.
    private static func fileStates(_ model: ModelLocation) -> String {
        let files = FileManager.default
        let paths: [String] =
            switch model {
            case .gguf(let path): [path]
            case .directory(let path):
                ((try? files.contentsOfDirectory(atPath: path)) ?? []).sorted().map { "\(path)/\($0)" }
            }
        var states = ""
        for path in paths {
            let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            let attributes = try? files.attributesOfItem(atPath: url.path)
            let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSinceReferenceDate ?? 0
            states += "\(url.path) \(attributes?[.size] as? Int ?? 0) \(changed)\n"
        }
        return states
    }

    /// FNV-1a: only names files, which say themselves what they belong to.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
