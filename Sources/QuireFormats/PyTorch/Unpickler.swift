/// A pickle machine that can build a state dict and nothing else.
///
/// It calls no code: globals outside `TorchGlobal` and opcodes outside `PickleOpcode` are refused by name, and stack,
/// memo and number of steps are bounded, so a hostile pickle costs at most a bounded amount of work and memory.
struct Unpickler {
    var reader: ByteReader
    var arena = PickleArena()
    var stack: [PickleValue] = []
    /// Stack heights where marks stand.
    private var marks: [Int] = []
    private var memo: [PickleValue] = []

    /// A checkpoint of 100,000 tensors takes about four million steps, a million objects and a million memo entries.
    static let maximumSteps = 16_000_000
    static let maximumObjects = 4_000_000
    static let maximumMemo = 4_000_000
    static let maximumStack = 1_000_000
    static let maximumLength = 256 << 20

    /// Runs the pickle in `bytes` and returns its value, with the arena that holds its containers.
    static func run(_ bytes: MappedBytes) throws(FormatError) -> (value: PickleValue, arena: PickleArena) {
        var unpickler = Unpickler(reader: ByteReader(bytes))
        guard bytes.count <= maximumLength else {
            throw unpickler.fail("found \(bytes.count) bytes, expected at most \(maximumLength)")
        }
        for step in 0..<maximumSteps {
            let start = unpickler.reader.offset
            let byte = try unpickler.reader.read(UInt8.self, "pickle opcode")
            guard let opcode = PickleOpcode(rawValue: byte) else {
                let name = PickleOpcode.refused[byte] ?? "0x\(String(byte, radix: 16))"
                throw unpickler.fail("refuses opcode \(name): no state dict needs it", at: start)
            }
            guard step > 0 || opcode == .proto else {
                throw unpickler.fail("found no protocol mark, expected a pickle of protocol 2 to 5", at: start)
            }
            if opcode == .stop { return (try unpickler.result(), unpickler.arena) }
            try unpickler.perform(opcode)
            guard unpickler.stack.count <= maximumStack, unpickler.marks.count <= maximumStack else {
                throw unpickler.fail("found a stack deeper than \(maximumStack), expected a state dict", at: start)
            }
            guard unpickler.arena.count <= maximumObjects else {
                throw unpickler.fail("found more than \(maximumObjects) objects, expected a state dict", at: start)
            }
        }
        throw unpickler.fail("found more than \(maximumSteps) steps, expected a state dict")
    }

    private func result() throws(FormatError) -> PickleValue {
        guard marks.isEmpty, stack.count == 1 else {
            throw fail("found \(stack.count) values and \(marks.count) marks at the end, expected one value")
        }
        return stack[0]
    }

    private mutating func perform(_ opcode: PickleOpcode) throws(FormatError) {
        switch opcode {
        case .proto: try checkProtocol()
        case .frame: try skipFrame()
        case .stop: preconditionFailure("the loop ends at STOP")
        case .mark: marks.append(stack.count)
        case .none: stack.append(.none)
        case .newTrue: stack.append(.bool(true))
        case .newFalse: stack.append(.bool(false))
        case .binInt: stack.append(.int(Int(try reader.read(Int32.self, "BININT"))))
        case .binInt1: stack.append(.int(Int(try reader.read(UInt8.self, "BININT1"))))
        case .binInt2: stack.append(.int(Int(try reader.read(UInt16.self, "BININT2"))))
        case .long1: stack.append(.int(try readLong()))
        case .binFloat: stack.append(.float(try readFloat()))
        case .binUnicode: try pushString(length: UInt64(try reader.read(UInt32.self, "BINUNICODE")))
        case .shortBinUnicode: try pushString(length: UInt64(try reader.read(UInt8.self, "SHORT_BINUNICODE")))
        case .binUnicode8: try pushString(length: try reader.read(UInt64.self, "BINUNICODE8"))
        case .emptyTuple: stack.append(PickleArena.emptyTuple)
        case .tuple: try pushTuple(popToMark())
        case .tuple1: try pushTuple(popLast(1))
        case .tuple2: try pushTuple(popLast(2))
        case .tuple3: try pushTuple(popLast(3))
        case .emptyList: stack.append(arena.list())
        case .append: try appendToList(popLast(1))
        case .appends: try appendToList(popToMark())
        case .emptyDict: stack.append(arena.dictionary())
        case .setItem: try setItems(popLast(2))
        case .setItems: try setItems(popToMark())
        case .binPut: try put(UInt32(try reader.read(UInt8.self, "BINPUT")))
        case .longBinPut: try put(try reader.read(UInt32.self, "LONG_BINPUT"))
        case .memoize: try put(UInt32(truncatingIfNeeded: memo.count))
        case .binGet: try get(UInt32(try reader.read(UInt8.self, "BINGET")))
        case .longBinGet: try get(try reader.read(UInt32.self, "LONG_BINGET"))
        case .global: try pushGlobal(module: try readLine(), name: try readLine())
        case .stackGlobal: try stackGlobal()
        case .reduce: try reduce()
        case .build: try build()
        case .binPersistentId: try loadPersistent()
        }
    }

    func fail(_ problem: String, at position: Int? = nil) -> FormatError {
        reader.error("data.pkl", at: position, problem)
    }
}

// MARK: - Stack and memo

extension Unpickler {
    /// The last value above the last mark.
    mutating func pop() throws(FormatError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw fail("found an empty stack, expected a value")
        }
        return value
    }

    private mutating func popLast(_ count: Int) throws(FormatError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw fail("found fewer than \(count) values on the stack")
        }
        let values = Array(stack.suffix(count))
        stack.removeLast(count)
        return values
    }

    private mutating func popToMark() throws(FormatError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw fail("found no mark on the stack, expected one") }
        let values = Array(stack[mark...])
        stack.removeSubrange(mark...)
        return values
    }

    private mutating func pushTuple(_ elements: [PickleValue]) {
        stack.append(arena.tuple(elements))
    }

    private mutating func appendToList(_ values: [PickleValue]) throws(FormatError) {
        guard stack.count > marks.last ?? 0, case .list(let list)? = stack.last else {
            throw fail("found \(stack.last?.kind ?? "nothing") to append to, expected a list")
        }
        arena.append(values, to: list)
    }

    private mutating func setItems(_ items: [PickleValue]) throws(FormatError) {
        guard stack.count > marks.last ?? 0, case .dictionary(let dictionary)? = stack.last else {
            throw fail("found \(stack.last?.kind ?? "nothing") to set items of, expected a dictionary")
        }
        guard items.count % 2 == 0 else { throw fail("found a key without a value") }
        for index in stride(from: 0, to: items.count, by: 2) {
            arena.set(items[index], items[index + 1], in: dictionary)
        }
    }

    /// Python numbers its memo entries in order, so an index beyond the next one is no honest pickle.
    private mutating func put(_ index: UInt32) throws(FormatError) {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw fail("found an empty stack, expected a value for the memo")
        }
        guard index <= memo.count, index < Self.maximumMemo else {
            throw fail("found memo index \(index), expected at most \(min(memo.count, Self.maximumMemo - 1))")
        }
        if index == memo.count { memo.append(value) } else { memo[Int(index)] = value }
    }

    private mutating func get(_ index: UInt32) throws(FormatError) {
        guard index < memo.count else { throw fail("found memo index \(index), expected less than \(memo.count)") }
        stack.append(memo[Int(index)])
    }
}
