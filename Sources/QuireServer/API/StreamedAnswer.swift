import QuireJSON

/// How a generation becomes an answer: at once, or as events.
protocol StreamedAnswer: Sendable {
    /// Events for what one prompt brought.
    mutating func events(_ news: Generation.News) -> [JSONValue]
    /// Events at the end, before the one that says so.
    func closing() -> [JSONValue]
}
