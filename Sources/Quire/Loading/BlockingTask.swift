import Dispatch
import Synchronization

/// Waits for asynchronous work on the caller's thread.
///
/// The work runs on threads of its own: who waits may hold one of Swift's, of which there are few.
final class BlockingTask<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    private init() {}

    /// - Throws: what the work throws.
    static func run(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let task = BlockingTask()
        Task(executorPreference: QueueExecutor()) {
            do {
                task.finish(.success(try await work()))
            } catch {
                task.finish(.failure(error))
            }
        }
        return try task.wait().get()
    }

    private func finish(_ result: Result<Value, any Error>) {
        outcome.withLock { $0 = result }
        done.signal()
    }

    private func wait() -> Result<Value, any Error> {
        while true {
            if let result = outcome.withLock({ $0 }) { return result }
            done.wait()
        }
    }
}

/// Runs tasks on a dispatch queue.
private final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "quire.blocking", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
