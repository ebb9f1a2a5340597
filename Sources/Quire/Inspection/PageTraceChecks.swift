/// Whether the numbers of a trace can be: every count and every id has a bound, so that no later sum overflows and
/// nothing is allocated by what a file merely says.
struct PageTraceChecks {
    static let mostBlocks = 1 << 24
    static let largestBlock = 1 << 16
    static let largestNumber = Int(Int32.max)
    static let longestText = 4_096

    let header: PageTrace.Header

    func checkHeader(place: String) throws(ConfigurationError) {
        try check(header.blockSize, in: 1...Self.largestBlock, "block_size", place)
        try check(header.totalBlocks, in: 1...Self.mostBlocks, "total_blocks", place)
        try check(header.model, "model", place)
    }

    func check(_ step: PageTrace.Step, after previous: PageTrace.Step?, place: String) throws(ConfigurationError) {
        try count(step.number, "step", place)
        if let previous, step.number <= previous.number {
            throw error("step", step.number, expected: "more than \(previous.number), the step before", place)
        }
        guard step.milliseconds.isFinite, step.milliseconds >= 0 else {
            throw error("ms", step.milliseconds, expected: "a number of at least 0", place)
        }
        try count(step.tokens, "tokens", place)
        try count(step.promptTokens, "prompt_tokens", place)
        try count(step.running, "running", place)
        try count(step.waiting, "waiting", place)
        try check(step.free, in: 0...header.totalBlocks, "free", place)
        try check(step.findable, in: 0...header.totalBlocks, "findable", place)
        for (index, table) in step.tables.enumerated() { try check(table, "tables[\(index)]", place) }
        try checkReferences(of: step, place)
        for (index, copy) in step.copies.enumerated() {
            try block(copy.source, "copies[\(index)][0]", place)
            try block(copy.target, "copies[\(index)][1]", place)
        }
        for (index, id) in step.evictions.enumerated() { try block(id, "evictions[\(index)]", place) }
        for (index, preemption) in step.preemptions.enumerated() {
            try count(preemption.request, "preemptions[\(index)].request", place)
            try check(preemption.reason, "preemptions[\(index)].reason", place)
        }
        for (index, admission) in step.admitted.enumerated() {
            try count(admission.request, "admitted[\(index)].request", place)
            try count(admission.cachedTokens, "admitted[\(index)].cached_tokens", place)
        }
        for (index, request) in step.finished.enumerated() { try count(request, "finished[\(index)]", place) }
    }

    private func check(_ table: PageTrace.Table, _ field: String, _ place: String) throws(ConfigurationError) {
        try count(table.request, "\(field).request", place)
        try count(table.branch, "\(field).branch", place)
        try count(table.tokens, "\(field).tokens", place)
        try check(table.computed, in: 0...table.tokens, "\(field).computed", place)
        for (index, id) in table.blocks.enumerated() { try block(id, "\(field).blocks[\(index)]", place) }
    }

    private func checkReferences(of step: PageTrace.Step, _ place: String) throws(ConfigurationError) {
        var seen: Set<BlockID> = []
        for (index, reference) in step.references.enumerated() {
            try block(reference.block, "references[\(index)][0]", place)
            try check(reference.count, in: 1...Self.largestNumber, "references[\(index)][1]", place)
            guard seen.insert(reference.block).inserted else {
                throw error("references[\(index)][0]", reference.block, expected: "each block once", place)
            }
        }
    }

    // MARK: - One value

    private func block(
        _ id: BlockID, _ field: @autoclosure () -> String, _ place: String
    ) throws(ConfigurationError) {
        guard id >= 0, Int(id) < header.totalBlocks else {
            let expected = "a block from 0 to \(header.totalBlocks - 1), as total_blocks is \(header.totalBlocks)"
            throw error(field(), id, expected: expected, place)
        }
    }

    private func count(
        _ value: Int, _ field: @autoclosure () -> String, _ place: String
    ) throws(ConfigurationError) {
        try check(value, in: 0...Self.largestNumber, field(), place)
    }

    private func check(
        _ value: Int, in range: ClosedRange<Int>, _ field: @autoclosure () -> String, _ place: String
    ) throws(ConfigurationError) {
        guard range.contains(value) else {
            let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
            throw error(field(), value, expected: expected, place)
        }
    }

    private func check(
        _ text: String, _ field: @autoclosure () -> String, _ place: String
    ) throws(ConfigurationError) {
        guard text.utf8.count <= Self.longestText else {
            throw error(field(), "\(text.utf8.count) bytes long", expected: "at most \(Self.longestText) bytes", place)
        }
    }

    private func error(
        _ field: String, _ value: some CustomStringConvertible, expected: String, _ place: String
    ) -> ConfigurationError {
        ConfigurationError(place: place, problem: "'\(field)' is \(value); expected \(expected)")
    }
}
