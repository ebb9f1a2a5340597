/// A value that the restricted unpickler can build.
///
/// Containers and tensors are numbers into the unpickler's arena, not references: a hostile pickle can nest and tie them into
/// cycles at will, and neither freeing nor copying a value ever recurses.
enum PickleValue {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    case string(String)
    case elementType(ElementType)
    case global(TorchGlobal)
    case storage(Int)
    case tensor(Int)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)

    /// What kind of value it is, for messages.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): "the string \(quoted(value))"
        case .elementType(let type): "the type \(type)"
        case .global(let global): "the global '\(global.name)'"
        case .storage: "a storage"
        case .tensor: "a tensor"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dictionary: "a dictionary"
        }
    }
}

/// The containers, storages and tensors of one pickle, by number.
struct PickleArena {
    private(set) var tuples: [[PickleValue]] = [[]]
    private(set) var lists: [[PickleValue]] = []
    private(set) var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []

    private(set) var storages: [TorchStorage] = []
    private(set) var tensors: [TorchTensor] = []

    /// Objects of every kind.
    var count: Int { tuples.count + lists.count + dictionaries.count + storages.count + tensors.count }

    /// The empty tuple, which every pickle uses often.
    static let emptyTuple = PickleValue.tuple(0)

    mutating func tuple(_ elements: [PickleValue]) -> PickleValue {
        if elements.isEmpty { return Self.emptyTuple }
        tuples.append(elements)
        return .tuple(tuples.count - 1)
    }

    mutating func list() -> PickleValue {
        lists.append([])
        return .list(lists.count - 1)
    }

    mutating func dictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    mutating func storage(_ storage: TorchStorage) -> PickleValue {
        storages.append(storage)
        return .storage(storages.count - 1)
    }

    mutating func tensor(_ tensor: TorchTensor) -> PickleValue {
        tensors.append(tensor)
        return .tensor(tensors.count - 1)
    }

    mutating func append(_ values: [PickleValue], to list: Int) {
        lists[list].append(contentsOf: values)
    }

    mutating func set(_ key: PickleValue, _ value: PickleValue, in dictionary: Int) {
        dictionaries[dictionary].append((key, value))
    }
}
