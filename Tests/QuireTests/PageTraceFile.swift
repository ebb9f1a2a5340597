import Foundation
import Quire

/// A page trace on disk, which goes with its owner.
final class PageTraceFile {
    let path = NSTemporaryDirectory() + "quire-pages-" + UUID().uuidString + ".jsonl"

    init(_ bytes: some Sequence<UInt8>) throws { try write(bytes) }

    convenience init(_ text: String) throws { try self.init(text.utf8) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: some Sequence<UInt8>) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

    func read() throws -> PageTrace { try withExtendedLifetime(self) { try PageTrace(path: path) } }

    /// What reading says, or "read".
    func complaint() -> String {
        do {
            _ = try read()
            return "read"
        } catch let error as any UserError where error.kind == .data {
            return "\(error)"
        } catch {
            return "an error of another kind: \(error)"
        }
    }

    static let header = #"{"quire_pages":1,"model":"tiny","block_size":16,"total_blocks":8}"#
    /// Two requests, of which the second forks, copies a block and is preempted.
    static let lines = [
        header,
        #"{"step":1,"ms":0.5,"tokens":40,"prompt_tokens":40,"running":2,"waiting":0,"free":5,"findable":2,"#
            + #""tables":[{"request":0,"branch":0,"tokens":21,"computed":20,"blocks":[0,1]},"#
            + #"{"request":1,"branch":0,"tokens":21,"computed":20,"blocks":[0,2]}],"#
            + #""references":[[0,2],[1,1],[2,1]],"copies":[],"evictions":[],"preemptions":[],"#
            + #""admitted":[{"request":0,"cached_tokens":0},{"request":1,"cached_tokens":16}],"finished":[]}"#,
        #"{"step":2,"ms":0.25,"tokens":3,"prompt_tokens":0,"running":2,"waiting":0,"free":4,"findable":2,"#
            + #""tables":[{"request":0,"branch":0,"tokens":22,"computed":21,"blocks":[0,1]},"#
            + #"{"request":1,"branch":0,"tokens":22,"computed":21,"blocks":[0,2]},"#
            + #"{"request":1,"branch":1,"tokens":22,"computed":21,"blocks":[0,3]}],"#
            + #""references":[[0,3],[1,1],[2,1],[3,1]],"copies":[[2,3]],"evictions":[7],"preemptions":[],"#
            + #""admitted":[],"finished":[]}"#,
        #"{"step":3,"ms":0.125,"tokens":1,"prompt_tokens":0,"running":1,"waiting":1,"free":6,"findable":2,"#
            + #""tables":[{"request":0,"branch":0,"tokens":23,"computed":22,"blocks":[0,1]}],"#
            + #""references":[[0,1],[1,1]],"copies":[],"evictions":[],"#
            + #""preemptions":[{"request":1,"reason":"request 0 needs 1 block and 0 are free"}],"#
            + #""admitted":[],"finished":[5]}"#,
    ]
    static let text = lines.joined(separator: "\n") + "\n"
}
