import ArgumentParser
import Quire
import QuireHub

extension ModelsCommand {
    /// `quire models path`.
    struct Path: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "path", abstract: "Print where the cache has a model; downloads nothing.")

        @OptionGroup var model: HubModelArguments

        func run() throws {
            let reference = try model.reference()
            let cache = try HubSettings().cache
            switch cache.lookup(reference) {
            case .found(let model): Terminal.line(model.path)
            case .incomplete(let missing):
                throw HubError.notCached(
                    name: reference.description, lookedIn: cache.folder(of: reference.repository), missing: missing)
            }
        }
    }
}
