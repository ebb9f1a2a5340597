import Crypto
import Foundation
import NIOHTTP1
import Synchronization

/// A hub of a few repositories, as a server on loopback speaks it; large files are on a host of their own.
final class TestHub: Sendable {
    struct File {
        let bytes: [UInt8]
        let isLarge: Bool
        /// What the hub says of its size, where that is not the truth.
        var claimedSize: Int?
        var size: Int { claimedSize ?? bytes.count }

        /// What the hub names the content by.
        var hash: String {
            if isLarge { return Self.hex(SHA256.hash(data: bytes)) }
            return Self.hex(Insecure.SHA1.hash(data: Array("blob \(bytes.count)\0".utf8) + bytes))
        }

        private static func hex(_ digest: some Sequence<UInt8>) -> String {
            digest.map { String(format: "%02x", $0) }.joined()
        }
    }

    struct Request: Equatable {
        let isOfContentHost: Bool
        let method: HTTPMethod
        /// With the query.
        let path: String
        let authorization: String?
        let range: String?
    }

    /// What goes wrong with requests for a path, as often as it says.
    struct Fault {
        enum Action {
            case status(HTTPResponseStatus, headers: HTTPHeaders = [:])
            /// The connection ends after so many bytes of the body.
            case cut(after: Int)
            /// The bytes arrive changed.
            case damage
            case ignoreRange
            /// The reply comes late.
            case delay(milliseconds: Int)
        }

        let method: HTTPMethod
        /// What the path contains.
        let path: String
        var times = 1
        let action: Action
    }

    private struct State {
        var files: [String: [String: File]] = [:]
        var commits: [String: String] = ["main": TestHub.commit]
        var faults: [Fault] = []
        var requests: [Request] = []
        var listed: [String] = []
    }

    static let commit = "1111111111111111111111111111111111111111"
    static let token = "hf_secret"

    private let state = Mutex(State())
    /// The port of the host of large files, once it is known.
    let contentPort = Mutex(0)

    func add(_ repository: String, _ files: [String: File]) {
        state.withLock { $0.files[repository] = files }
    }

    /// Lists paths that there are no files of.
    func list(_ paths: [String]) { state.withLock { $0.listed = paths } }
    func tag(_ revision: String, _ commit: String) { state.withLock { $0.commits[revision] = commit } }
    func fail(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }

    var requests: [Request] { state.withLock { $0.requests } }

    /// Requests for a file's bytes.
    func downloads(of file: String) -> [Request] {
        requests.filter { $0.method == .GET && !$0.isOfContentHost && $0.path.hasSuffix("/\(file)") }
    }

    struct Reply {
        var status: HTTPResponseStatus = .ok
        var headers: HTTPHeaders = [:]
        var body: [UInt8] = []
        var cutAfter: Int?
        var delayMilliseconds = 0
    }

    func reply(to request: Request) -> Reply {
        let faults = state.withLock { state in
            state.requests.append(request)
            let index = state.faults.firstIndex {
                $0.times > 0 && $0.method == request.method && request.path.contains($0.path)
            }
            guard let index else { return [Fault]() }
            state.faults[index].times -= 1
            return [state.faults[index]]
        }
        var ranged = request.range
        var reply = Reply()
        for fault in faults {
            switch fault.action {
            case .status(let status, let headers): return Reply(status: status, headers: headers)
            case .ignoreRange: ranged = nil
            case .cut(let count): reply.cutAfter = count
            case .delay(let milliseconds): reply.delayMilliseconds = milliseconds
            case .damage: break
            }
        }
        let found = state.withLock { state in
            HubReplies(
                files: state.files, commits: state.commits, listed: state.listed,
                contentPort: contentPort.withLock { $0 }
            )
            .reply(to: request, range: ranged)
        }
        reply.status = found.status
        reply.headers = found.headers
        reply.body = found.body
        if faults.contains(where: { if case .damage = $0.action { true } else { false } }), !reply.body.isEmpty {
            reply.body[reply.body.count / 2] ^= 1
        }
        return reply
    }
}
