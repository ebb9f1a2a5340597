/// A page trace as people look at it: `text` for a terminal, `svg` for a browser.
public struct PageTimeline: Sendable {
    let header: PageTrace.Header
    /// Those that are shown.
    let steps: [PageTrace.Step]
    let usages: [PageUsage]
    /// Whether a part of the trace was asked for, which is then shown in full.
    let isPart: Bool

    /// - Parameter range: numbers of the steps to show; `nil` means all.
    /// - Throws: `OptionError` where the trace has no such steps.
    public init(_ trace: PageTrace, steps range: ClosedRange<Int>? = nil) throws(OptionError) {
        header = trace.header
        isPart = range != nil
        steps = trace.steps.filter { range?.contains($0.number) ?? true }
        usages = steps.map(PageUsage.init)
        guard let range, steps.isEmpty else { return }
        let known = trace.steps.first.flatMap { first in
            trace.steps.last.map { "steps between \(first.number) and \($0.number)" }
        }
        throw OptionError(
            name: "--steps", value: "\(range.lowerBound)-\(range.upperBound)",
            expected: known ?? "a trace with steps, and this one has none")
    }
}

extension PageTimeline {
    /// Sums over the steps that are shown.
    struct Summary {
        let requests: Int
        let copies: Int
        let evictions: Int
        let preemptions: Int
        let cachedTokens: Int
        /// The first step after which most blocks are in use, as an index.
        let peak: Int?
    }

    var summary: Summary {
        var requests: Set<Int> = []
        for step in steps {
            requests.formUnion(step.tables.lazy.map(\.request))
            requests.formUnion(step.admitted.lazy.map(\.request))
            requests.formUnion(step.finished)
        }
        func sum(_ count: (PageTrace.Step) -> Int) -> Int { steps.reduce(0) { $0 + count($1) } }
        let most = usages.map(\.used).max()
        return Summary(
            requests: requests.count, copies: sum { $0.copies.count }, evictions: sum { $0.evictions.count },
            preemptions: sum { $0.preemptions.count },
            cachedTokens: sum { $0.admitted.reduce(0) { $0 + $1.cachedTokens } },
            peak: usages.firstIndex { $0.used == most })
    }

    /// The numbers of neighbouring steps, such as "3–17".
    static func numbers(_ steps: ArraySlice<PageTrace.Step>) -> String {
        guard let first = steps.first, let last = steps.last else { return "" }
        return first.number == last.number ? "\(first.number)" : "\(first.number)–\(last.number)"
    }

    /// Neighbouring steps by name, such as "steps 3–17".
    static func named(_ steps: ArraySlice<PageTrace.Step>) -> String {
        if steps.isEmpty { return "no steps" }
        return (steps.count == 1 ? "step " : "steps ") + numbers(steps)
    }

    /// The model's name in one line; of a long path the end, which says most.
    var modelName: String {
        let name = header.model.printable
        return name.count > 44 ? "…" + name.suffix(43) : name
    }
}

/// A count with its word, such as "1 block" and "2 blocks".
func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
}
