/// What happened in one step or several, in words.
struct PageEvents {
    private let copies: [PageTrace.Copy]
    private let evictions: [Int]
    private let preemptions: [PageTrace.Preemption]
    private var admitted: [PageTrace.Admission]
    private let finished: [Int]

    init(_ steps: some Collection<PageTrace.Step>) {
        copies = steps.flatMap(\.copies)
        evictions = steps.flatMap { $0.evictions.map(Int.init) }
        preemptions = steps.flatMap(\.preemptions)
        admitted = steps.flatMap(\.admitted)
        finished = steps.flatMap(\.finished)
    }

    /// Of the requests that began, only those that found tokens in the cache.
    var prefixHits: PageEvents {
        var hits = self
        hits.admitted.removeAll { $0.cachedTokens == 0 }
        return hits
    }

    /// - Parameter limit: of each kind, so many are told one by one; more are counted.
    func words(limit: Int) -> [String] {
        [
            preemptionWords(limit), copyWords(limit), evictionWords(limit), admissionWords(limit), finishWords(limit),
        ].flatMap { $0 }
    }

    func preemptionWords(_ limit: Int) -> [String] {
        if preemptions.count > limit { return [counted(preemptions.count, "preemption")] }
        return preemptions.map { "preempt request \($0.request): \($0.reason.printable.shortened(to: 200))" }
    }

    func copyWords(_ limit: Int) -> [String] {
        if copies.isEmpty { return [] }
        if copies.count > limit { return [counted(copies.count, "copy", "copies")] }
        return ["copy " + copies.map { "\($0.source)→\($0.target)" }.joined(separator: ", ")]
    }

    func evictionWords(_ limit: Int) -> [String] {
        if evictions.isEmpty { return [] }
        let ranges = Self.ranges(evictions)
        if ranges.count > limit { return [counted(evictions.count, "eviction")] }
        return ["evict " + ranges.joined(separator: ", ")]
    }

    func admissionWords(_ limit: Int) -> [String] {
        if admitted.count > limit {
            let cached = admitted.reduce(0) { $0 + $1.cachedTokens }
            return ["\(admitted.count) begin" + (cached > 0 ? " with \(cached) cached tokens" : "")]
        }
        let fresh = admitted.filter { $0.cachedTokens == 0 }.map(\.request)
        let beginning = fresh.isEmpty ? [] : [Self.requests(fresh) + (fresh.count == 1 ? " begins" : " begin")]
        return beginning
            + admitted.filter { $0.cachedTokens > 0 }.map {
                "request \($0.request) begins with \(counted($0.cachedTokens, "cached token"))"
            }
    }

    func finishWords(_ limit: Int) -> [String] {
        if finished.isEmpty { return [] }
        if finished.count > limit { return ["\(finished.count) done"] }
        return [Self.requests(finished) + " done"]
    }

    private static func requests(_ ids: [Int]) -> String {
        (ids.count == 1 ? "request " : "requests ") + ids.map(String.init).joined(separator: ", ")
    }

    /// Numbers in their order, runs of three and more, up or down, as such: "3, 7–12, 9–5".
    static func ranges(_ numbers: [Int]) -> [String] {
        var result: [String] = []
        var start = 0
        while start < numbers.count {
            var end = start + 1
            let slope = end < numbers.count ? numbers[end] - numbers[start] : 0
            if abs(slope) == 1 {
                while end < numbers.count, numbers[end] == numbers[end - 1] + slope { end += 1 }
            }
            if end - start < 3 { end = start + 1 }
            result.append(end - start == 1 ? "\(numbers[start])" : "\(numbers[start])–\(numbers[end - 1])")
            start = end
        }
        return result
    }
}
