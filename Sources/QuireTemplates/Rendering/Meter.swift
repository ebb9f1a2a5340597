/// Counts what a rendering does, and stops it at its limits.
final class Meter {
    let limits: TemplateLimits
    private var steps = 0
    private var allocatedBytes = 0
    private var depth = 0

    /// How much is done with each byte of a text; the raw value is how many bytes take as long as one step.
    enum Effort: Int {
        case copying = 64
        case searching = 16
        /// Looking at each character by itself.
        case mapping = 2
    }

    /// What one element of a list or dictionary takes.
    static let elementBytes = 16

    init(limits: TemplateLimits) { self.limits = limits }

    @inline(__always)
    func step(_ count: Int = 1) throws(TemplateError) {
        steps += count
        if steps > limits.steps { throw stopped }
    }

    /// Work on so many bytes.
    func work(bytes: Int, _ effort: Effort = .copying) throws(TemplateError) {
        steps += bytes / effort.rawValue + 1
        if steps > limits.steps { throw stopped }
    }

    /// A new value of so many bytes; called before it is made.
    func allocate(bytes: Int) throws(TemplateError) {
        guard bytes <= limits.valueBytes else {
            throw TemplateError(.limit, "a value would be larger than \(limits.valueBytes) bytes")
        }
        allocatedBytes += bytes
        guard allocatedBytes <= limits.allocatedBytes else {
            throw TemplateError(.limit, "the template made more than \(limits.allocatedBytes) bytes of values")
        }
        try work(bytes: bytes)
    }

    /// A new list or dictionary of so many elements.
    func allocate(elements: Int) throws(TemplateError) {
        guard elements <= limits.valueBytes / Self.elementBytes else {
            throw TemplateError(.limit, "a list would have more than \(limits.valueBytes / Self.elementBytes) elements")
        }
        // A container has a header beside its elements.
        try allocate(bytes: min((elements + 4) * Self.elementBytes, limits.valueBytes))
    }

    /// Enters one more expression, statement or call; what calls it must `leave`, also after an error.
    @inline(__always)
    func enter() throws(TemplateError) {
        depth += 1
        if depth > limits.depth { throw TemplateError(.limit, "the template is nested deeper than \(limits.depth)") }
    }

    @inline(__always)
    func leave() { depth -= 1 }

    private var stopped: TemplateError {
        TemplateError(.limit, "the template took more than \(limits.steps) steps")
    }
}
