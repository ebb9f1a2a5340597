import Foundation
import NIOHTTP1

/// What a hub answers when nothing goes wrong.
struct HubReplies {
    let files: [String: [String: TestHub.File]]
    let commits: [String: String]
    let listed: [String]
    let contentPort: Int

    func reply(to request: TestHub.Request, range: String?) -> TestHub.Reply {
        let path = String(request.path.split(separator: "?")[0])
        if request.isOfContentHost { return content(hash: String(path.dropFirst(1)), range: range) }
        if let match = path.wholeMatch(of: /\/api\/models\/(.+)\/revision\/(.+)/) {
            return description(String(match.1), revision: String(match.2).removingPercentEncoding ?? "")
        }
        if let match = path.wholeMatch(of: /\/(.+?)\/resolve\/([0-9a-f]{40})\/(.+)/) {
            return file(
                String(match.1), commit: String(match.2), path: String(match.3).removingPercentEncoding ?? "",
                range: range)
        }
        return TestHub.Reply(status: .notFound)
    }

    private func description(_ repository: String, revision: String) -> TestHub.Reply {
        guard let files = files[repository] else {
            return TestHub.Reply(status: .unauthorized, headers: ["X-Error-Code": "RepoNotFound"])
        }
        let commit = commits[revision] ?? (commits.values.contains(revision) ? revision : nil)
        guard let commit else {
            return TestHub.Reply(status: .notFound, headers: ["X-Error-Code": "RevisionNotFound"])
        }
        let siblings = files.map { path, file -> [String: Any] in
            var sibling: [String: Any] = ["rfilename": path, "size": file.size, "blobId": file.hash]
            if file.isLarge { sibling["lfs"] = ["sha256": file.hash, "size": file.size] }
            return sibling
        }
        let model: [String: Any] = ["sha": commit, "siblings": siblings + listed.map { ["rfilename": $0] }]
        let json = (try? JSONSerialization.data(withJSONObject: model)) ?? Data()
        return TestHub.Reply(body: Array(json))
    }

    private func file(_ repository: String, commit: String, path: String, range: String?) -> TestHub.Reply {
        guard let file = files[repository]?[path] else {
            return TestHub.Reply(status: .notFound, headers: ["X-Error-Code": "EntryNotFound"])
        }
        if file.isLarge {
            return TestHub.Reply(
                status: .found,
                headers: [
                    "X-Repo-Commit": commit, "X-Linked-Etag": "\"\(file.hash)\"", "X-Linked-Size": "\(file.size)",
                    "ETag": "\"of-the-redirect\"",
                    "Location": "http://127.0.0.1:\(contentPort)/\(file.hash)?signature=abc",
                ])
        }
        var reply = ranged(file.bytes, range)
        reply.headers.add(name: "X-Repo-Commit", value: commit)
        reply.headers.add(name: "ETag", value: "W/\"\(file.hash)\"")
        return reply
    }

    private func content(hash: String, range: String?) -> TestHub.Reply {
        let file = files.values.flatMap(\.values).first { $0.hash == hash }
        return file.map { ranged($0.bytes, range) } ?? TestHub.Reply(status: .notFound)
    }

    private func ranged(_ bytes: [UInt8], _ range: String?) -> TestHub.Reply {
        guard let range, let start = Int(range.dropFirst("bytes=".count).dropLast()) else {
            return TestHub.Reply(body: bytes)
        }
        guard start < bytes.count else { return TestHub.Reply(status: .rangeNotSatisfiable) }
        return TestHub.Reply(
            status: .partialContent,
            headers: ["Content-Range": "bytes \(start)-\(bytes.count - 1)/\(bytes.count)"],
            body: Array(bytes[start...]))
    }
}
