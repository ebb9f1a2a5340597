import OrderedCollections

/// The members of a JSON object, in the order of the text.
///
/// Keys are told apart by their bytes: to a `String` two spellings of é are equal, to a vocabulary they are not.
public struct JSONMembers: Hashable, Sendable, RandomAccessCollection, ExpressibleByDictionaryLiteral {
    private struct ByteKey: Hashable, Sendable {
        let text: String

        static func == (left: ByteKey, right: ByteKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private var values: OrderedDictionary<ByteKey, JSONValue> = [:]

    public init() {}

    /// Of equal keys the last counts.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members { self[key] = value }
    }

    public init(dictionaryLiteral members: (String, JSONValue)...) {
        self.init(members)
    }

    public subscript(key: String) -> JSONValue? {
        get { values[ByteKey(text: key)] }
        set { values[ByteKey(text: key)] = newValue }
    }

    public var keys: [String] { values.keys.map(\.text) }

    // MARK: Collection

    public var startIndex: Int { 0 }
    public var endIndex: Int { values.count }
    public subscript(position: Int) -> (key: String, value: JSONValue) {
        let (key, value) = values.elements[position]
        return (key.text, value)
    }
}
