import Synchronization

/// How far a download is.
public struct PullProgress: Sendable, Equatable {
    /// Bytes that are here, those of earlier downloads included.
    public var bytes = 0
    /// Bytes of all files; it grows when an index has told of more.
    public var totalBytes = 0
    public var files = 0
    public var totalFiles = 0

    public init() {}
}

/// Counts what several downloads bring.
final class ProgressMeter: Sendable {
    private let state = Mutex(PullProgress())
    private let observer: (@Sendable (PullProgress) -> Void)?

    /// - Parameter observer: called from any thread, for one piece of news at a time.
    init(_ observer: (@Sendable (PullProgress) -> Void)?) { self.observer = observer }

    func expect(_ files: [RemoteFile]) {
        update {
            $0.totalFiles += files.count
            $0.totalBytes += files.reduce(0) { $0 + $1.size }
        }
    }

    /// - Parameter bytes: fewer than none where a download begins anew.
    func add(bytes: Int) { update { $0.bytes += bytes } }

    func finishFile() { update { $0.files += 1 } }

    private func update(_ change: (inout PullProgress) -> Void) {
        state.withLock { progress in
            change(&progress)
            observer?(progress)
        }
    }
}
