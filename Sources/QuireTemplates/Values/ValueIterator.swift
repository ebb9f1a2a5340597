/// Hands out values one by one; what it has handed out is gone.
class ValueIterator {
    func next() throws(TemplateError) -> Value? { nil }
}

/// The elements of an array.
final class ArrayIterator: ValueIterator {
    private let values: [Value]
    private var index = 0

    init(_ values: [Value]) { self.values = values }

    override func next() throws(TemplateError) -> Value? {
        guard index < values.count else { return nil }
        index += 1
        return values[index - 1]
    }
}

/// The characters of a string.
final class CharacterIterator: ValueIterator {
    private var scalars: String.UnicodeScalarView.Iterator

    init(_ text: String) { scalars = text.unicodeScalars.makeIterator() }

    override func next() throws(TemplateError) -> Value? { scalars.next().map { .string(String(Character($0))) } }
}

/// The numbers of a range.
final class RangeIterator: ValueIterator {
    private let range: RangeValue
    private var index = 0

    init(_ range: RangeValue) { self.range = range }

    override func next() throws(TemplateError) -> Value? {
        guard index < range.count else { return nil }
        index += 1
        return .integer(range[index - 1])
    }
}

/// Values that a function computes when they are asked for.
final class ComputedIterator: ValueIterator {
    typealias Next = () throws(TemplateError) -> Value?
    private let compute: Next

    init(_ compute: @escaping Next) { self.compute = compute }

    override func next() throws(TemplateError) -> Value? { try compute() }
}
