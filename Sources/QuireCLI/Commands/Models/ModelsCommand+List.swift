import ArgumentParser
import Quire
import QuireHub
import QuireJSON

extension ModelsCommand {
    /// `quire models list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the models of the cache.")

        @Option(help: "text for people, json for programs: an array of repositories.") var format = ReportFormat.text

        func run() throws {
            let cache = try HubSettings().cache
            let contents = try cache.contents()
            switch format {
            case .json: Terminal.line(JSONValue.array(contents.map { Self.json($0, in: cache) }).text)
            case .text: Terminal.line(Self.table(contents))
            }
        }

        private static func json(_ info: CachedRepositoryInfo, in cache: HubCache) -> JSONValue {
            .members([
                ("repository", .string(info.repository.description)),
                ("path", .string(cache.folder(of: info.repository))),
                ("bytes", .int(info.size)), ("partial_bytes", .int(info.partialSize)),
                (
                    "snapshots",
                    .array(
                        info.snapshots.map { snapshot in
                            .members([
                                ("commit", .string(snapshot.commit)),
                                ("revisions", .array(snapshot.revisions.map(JSONValue.string))),
                                ("path", .string(snapshot.path)),
                                ("files", .array(snapshot.files.map(JSONValue.string))),
                            ])
                        })
                ),
            ])
        }

        private static func table(_ contents: [CachedRepositoryInfo]) -> String {
            var table = Table(header: ["MODEL", "SIZE", "UNFINISHED", "COMMIT", "REVISIONS", "FILES"])
            for info in contents {
                let size = "\(ByteCount(info.size))"
                let partial = info.partialSize == 0 ? "-" : "\(ByteCount(info.partialSize))"
                let name = info.repository.description
                if info.snapshots.isEmpty { table.add([name, size, partial, "-", "-", "0"]) }
                for (index, snapshot) in info.snapshots.enumerated() {
                    let shared = index == 0 ? [name, size, partial] : ["", "", ""]
                    let revisions = snapshot.revisions.isEmpty ? "-" : snapshot.revisions.joined(separator: ", ")
                    table.add(shared + [String(snapshot.commit.prefix(12)), revisions, "\(snapshot.files.count)"])
                }
            }
            return table.text
        }
    }
}
