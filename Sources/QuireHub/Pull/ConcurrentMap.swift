extension Array where Element: Sendable {
    /// The results of an operation on each element, in their order, with at most `limit` of them under way.
    func concurrentMap<Result: Sendable>(
        limit: Int, _ operation: @escaping @Sendable (Element) async throws -> Result
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            var results: [Result?] = Array<Result?>(repeating: nil, count: count)
            var next = 0
            while next < Swift.min(limit, count) {
                group.addTask { [next] in (next, try await operation(self[next])) }
                next += 1
            }
            while let (index, result) = try await group.next() {
                results[index] = result
                guard next < count else { continue }
                group.addTask { [next] in (next, try await operation(self[next])) }
                next += 1
            }
            return results.compactMap { $0 }
        }
    }
}
