#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif
import Synchronization

/// A fixed set of threads that run the pieces of one job at a time.
///
/// Kernels run here and never on Swift's cooperative pool, which must not block. The caller takes part in the work, so
/// `threads` counts it. Pieces are handed out in order from one counter; which thread runs a piece must not matter.
/// One thread at a time may call `run`.
public final class WorkerPool: Sendable {
    public let threads: Int
    private let state: SharedState

    /// Starts `threads - 1` workers; `threads` below 1 counts as 1.
    public init(threads: Int) {
        self.threads = max(1, threads)
        state = SharedState(workers: self.threads - 1)
        for _ in 1..<max(1, self.threads) { state.startWorker() }
    }

    deinit { state.shutDown() }

    /// Calls `body` once for each of `0..<count`, on all threads, and returns when every call has returned.
    public func run(_ count: Int, _ body: (Int) -> Void) {
        if threads == 1 || count <= 1 {
            for piece in 0..<max(0, count) { body(piece) }
        } else {
            state.run(count, body)
        }
    }

    /// Splits `0..<total` into pieces of at least `grain` and calls `body` with each, on all threads.
    public func runRanges(_ total: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        // A few pieces per thread even out what a busy neighbour takes, without many hand-overs.
        let pieces = min(max(1, total / max(1, grain)), threads * 4)
        let size = (total + pieces - 1) / max(1, pieces)
        run(pieces) { piece in
            let start = piece * size
            if start < total { body(start..<min(total, start + size)) }
        }
    }

    /// The number of processors that this process may use.
    public static var availableProcessors: Int {
        max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }
}

/// What the workers share. Owned by the pool and, while they live, by its threads.
private final class SharedState: @unchecked Sendable {
    // Safe to share: `body` and `count` are written before `generation` is released and read after it is acquired, and
    // the writer waits until `busy` is zero; everything else is atomic or under `mutex`.
    private let workers: Int
    private var body: ((Int) -> Void)?
    private var count = 0
    private let generation = Atomic<UInt64>(0)
    private let next = Atomic<Int>(0)
    private let busy = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let wakeUp: UnsafeMutablePointer<pthread_cond_t>

    /// Polls before a waiting thread lets others have its processor between them (a few microseconds).
    private static let pollsBeforeYield = 10_000

    /// Yields before a waiting worker sleeps (some hundreds of microseconds): as long as another thread's last piece
    /// takes. Waking a sleeping thread costs tens of microseconds, and a forward pass has a hundred jobs and more.
    private static let yieldsBeforeSleep = 1_000

    init(workers: Int) {
        self.workers = workers
        mutex = .allocate(capacity: 1)
        wakeUp = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wakeUp, nil)
    }

    deinit {
        pthread_cond_destroy(wakeUp)
        pthread_mutex_destroy(mutex)
        wakeUp.deallocate()
        mutex.deallocate()
    }

    func startWorker() {
        let unmanaged = Unmanaged.passRetained(self)
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let status = pthread_create(&thread, nil, workerMain, unmanaged.toOpaque())
        precondition(status == 0, "the system refused a worker thread (error \(status))")
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }

    func shutDown() {
        stopping.store(true, ordering: .releasing)
        announce()
    }

    func run(_ count: Int, _ body: (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            self.body = body
            self.count = count
            next.store(0, ordering: .relaxed)
            busy.store(workers, ordering: .relaxed)
            announce()
            takePieces(body, count)
            var polls = 0
            while busy.load(ordering: .acquiring) > 0 {
                polls += 1
                if polls > Self.pollsBeforeYield { sched_yield() }
            }
            self.body = nil
        }
    }

    private func announce() {
        pthread_mutex_lock(mutex)
        generation.add(1, ordering: .releasing)
        pthread_cond_broadcast(wakeUp)
        pthread_mutex_unlock(mutex)
    }

    private func takePieces(_ body: (Int) -> Void, _ count: Int) {
        while true {
            let piece = next.add(1, ordering: .relaxed).oldValue
            if piece >= count { return }
            body(piece)
        }
    }

    fileprivate func work() {
        var seen: UInt64 = 0
        while true {
            seen = waitForGeneration(after: seen)
            if stopping.load(ordering: .acquiring) { return }
            if let body { takePieces(body, count) }
            busy.subtract(1, ordering: .releasing)
        }
    }

    private func waitForGeneration(after seen: UInt64) -> UInt64 {
        for poll in 0..<Self.pollsBeforeYield + Self.yieldsBeforeSleep {
            let current = generation.load(ordering: .acquiring)
            if current != seen { return current }
            if poll >= Self.pollsBeforeYield { sched_yield() }
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(wakeUp, mutex) }
        return generation.load(ordering: .acquiring)
    }
}

#if canImport(Darwin)
    private func workerMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<SharedState>.fromOpaque(argument).takeRetainedValue().work()
        return nil
    }
#else
    private func workerMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<SharedState>.fromOpaque(argument).takeRetainedValue().work() }
        return nil
    }
#endif
