/// Where a request stands in line: urgent ones first, then by priority, then by arrival.
package struct Turn: Comparable, Sendable {
    var isUrgent = false
    package internal(set) var priority = 0
    package internal(set) var arrival: UInt64 = 0
    /// Requests that had been admitted when this one arrived.
    var admissionsBefore: UInt64 = 0

    package static func < (a: Turn, b: Turn) -> Bool {
        if a.isUrgent != b.isUrgent { return a.isUrgent }
        if !a.isUrgent, a.priority != b.priority { return a.priority < b.priority }
        return a.arrival < b.arrival
    }
}
