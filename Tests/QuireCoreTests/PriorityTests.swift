import QuireCore
import Testing

@Suite("Who goes first")
struct PriorityTests {
    static func engine(
        blocks: Int = 64, maxSequences: Int = 1, maxQueued: Int = 100, maxOvertakes: Int = 256
    ) throws -> Engine {
        let context = try Parts.context()
        return Engine(
            model: HashingModel(blocks: blocks, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: maxSequences, maxModelLength: 64, maxQueuedRequests: maxQueued,
                maxOvertakes: maxOvertakes),
            totalBlocks: blocks, blockSize: 4, context: context)
    }

    static func request(_ id: RequestID, priority: Int = 0, maxTokens: Int = 3, prompt: Int = 4) -> Request {
        let params = SamplingParams(temperature: 0, maxTokens: maxTokens, ignoreEOS: true, priority: priority)
        return Request(id: id, prompt: (0..<prompt).map { TokenID(Int(id) * 5 + $0) % 50 }, params: params)
    }

    /// Steps to the end and returns the order in which requests ended.
    static func order(_ engine: Engine, beforeStep: (Int) throws -> Void = { _ in }) throws -> [RequestID] {
        var ends: [RequestID] = []
        var step = 0
        while engine.hasUnfinishedRequests, step < 10_000 {
            try beforeStep(step)
            ends += engine.step().filter { $0.result != nil }.map(\.requestID)
            engine.checkInvariants()
            step += 1
        }
        return ends
    }

    @Test("waiting requests go by priority, equal ones by arrival")
    func waiting() throws {
        let engine = try Self.engine()
        for (id, priority) in [(0, 0), (1, 2), (2, -1), (3, 0), (4, -1), (5, 2)] {
            try engine.add(Self.request(RequestID(id), priority: priority))
        }
        #expect(try Self.order(engine) == [2, 4, 0, 3, 1, 5])
    }

    @Test("where memory is short the lowest priority yields, and of equal ones the newest")
    func preemption() throws {
        let engine = try Self.engine(blocks: 12, maxSequences: 8)
        // Three requests of four blocks each when they begin, and of eight at their end.
        for (id, priority) in [(0, 1), (1, 0), (2, 0)] {
            try engine.add(Self.request(RequestID(id), priority: priority, maxTokens: 17, prompt: 15))
        }
        var preempted: [RequestID] = []
        engine.onStep = { preempted += $0.preemptions.map(\.request) }
        #expect(try Self.order(engine) == [1, 2, 0])
        #expect(preempted.prefix(2) == [0, 2] && !preempted.contains(1), "\(preempted)")
    }

    @Test("a stream of important requests holds up an unimportant one for so many admissions and no more")
    func starvation() throws {
        for bound in [0, 1, 7, 20] {
            let engine = try Self.engine(maxOvertakes: bound)
            try engine.add(Self.request(0, priority: 0))
            try engine.add(Self.request(1, priority: 9))
            var next: RequestID = 2
            let ends = try Self.order(engine) { _ in
                // There is always an important one in line.
                if next < 60, engine.numWaiting < 3 {
                    try engine.add(Self.request(next, priority: -5))
                    next += 1
                }
            }
            let place = try #require(ends.firstIndex(of: 1))
            #expect(place <= bound + 1, "after \(place) others, with a bound of \(bound)")
            #expect(bound == 0 || place >= bound, "the bound must not come too early either")
            #expect(ends.count == 60)
        }
    }

    @Test("an urgent request is not preempted for important ones that came later")
    func urgentStays() throws {
        let engine = try Self.engine(blocks: 12, maxSequences: 4, maxOvertakes: 3)
        try engine.add(Self.request(0, priority: 9, maxTokens: 30, prompt: 15))
        var next: RequestID = 1
        let ends = try Self.order(engine) { _ in
            if next < 40, engine.numWaiting < 3 {
                try engine.add(Self.request(next, priority: -5, maxTokens: 17, prompt: 15))
                next += 1
            }
        }
        #expect(engine.numPreemptions > 0)
        let place = try #require(ends.firstIndex(of: 0))
        // Those that run when it becomes urgent may end before it.
        #expect(place <= 3 + 4, "it ended after \(place) others")
    }

    @Test("a full line refuses the next request with its length, and takes requests again later")
    func fullLine() throws {
        let engine = try Self.engine(maxQueued: 2)
        for id in 0..<2 { try engine.add(Self.request(RequestID(id))) }
        #expect(!engine.hasRoomInLine)
        #expect(throws: RequestError.queueFull(limit: 2)) { try engine.add(Self.request(2)) }
        _ = engine.step()
        try engine.add(Self.request(2))
        #expect(try Self.order(engine) == [0, 1, 2])
    }
}
