/// What a state dict means: globals, persistent ids and the calls that rebuild tensors.
extension Unpickler {
    mutating func pushGlobal(module: String, name: String) throws(FormatError) {
        guard let global = TorchGlobal(module: module, name: name) else {
            throw fail("refuses the global \(quoted("\(module).\(name)")): only tensors may be rebuilt")
        }
        if case .dtype(let type) = global {
            stack.append(.elementType(type))
        } else {
            stack.append(.global(global))
        }
    }

    mutating func stackGlobal() throws(FormatError) {
        let name = try pop()
        let module = try pop()
        guard case .string(let name) = name, case .string(let module) = module else {
            throw fail("found \(module.kind) and \(name.kind), expected the two strings of a global")
        }
        try pushGlobal(module: module, name: name)
    }

    /// Persistent id: `('storage', class, key, device, count)`.
    mutating func loadPersistent() throws(FormatError) {
        let fields = try tuple(try pop(), "a persistent id")
        guard fields.count == 5, case .string("storage") = fields[0], case .global(.storage(let type)) = fields[1],
            case .string(let key) = fields[2], case .string = fields[3], case .int(let count) = fields[4], count >= 0
        else {
            throw fail("found another persistent id, expected ('storage', class, key, device, count)")
        }
        stack.append(arena.storage(TorchStorage(key: key, type: type, count: count)))
    }

    mutating func reduce() throws(FormatError) {
        let arguments = try tuple(try pop(), "the arguments of a call")
        let callee = try pop()
        guard case .global(let global) = callee else {
            throw fail("refuses a call of \(callee.kind): only tensors may be rebuilt")
        }
        switch global {
        case .orderedDict:
            guard arguments.isEmpty else { throw fail("found OrderedDict with arguments, expected an empty one") }
            stack.append(arena.dictionary())
        case .size:
            guard arguments.count == 1, case .tuple = arguments[0] else {
                throw fail("found torch.Size of something else, expected one tuple")
            }
            stack.append(arguments[0])
        case .rebuildTensor:
            stack.append(arena.tensor(try rebuildTensor(arguments, counts: 4...4, typeAt: nil)))
        case .rebuildTensorV2:
            stack.append(arena.tensor(try rebuildTensor(arguments, counts: 6...7, typeAt: nil)))
        case .rebuildTensorV3:
            stack.append(arena.tensor(try rebuildTensor(arguments, counts: 7...8, typeAt: 6)))
        case .rebuildParameter:
            guard arguments.count == 3, case .tensor(let tensor) = arguments[0] else {
                throw fail("found a parameter of something else, expected a tensor, a flag and hooks")
            }
            stack.append(.tensor(tensor))
        case .storage, .dtype:
            throw fail("refuses a call of '\(global.name)': only tensors may be rebuilt")
        }
    }

    /// `BUILD` gives an OrderedDict its attributes (`_metadata` of a state dict); they say nothing about tensors.
    mutating func build() throws(FormatError) {
        let state = try pop()
        let object = try pop()
        guard case .dictionary = object, case .dictionary = state else {
            throw fail("refuses BUILD of \(object.kind) with \(state.kind): only a dictionary may have attributes")
        }
        stack.append(object)
    }

    /// Arguments: storage, offset, shape, strides, then (v2) requires_grad, hooks, (v3) dtype, then optional flags.
    private func rebuildTensor(
        _ arguments: [PickleValue], counts: ClosedRange<Int>, typeAt: Int?
    ) throws(FormatError) -> TorchTensor {
        guard counts.contains(arguments.count) else {
            throw fail("found a tensor of \(arguments.count) arguments, expected \(counts.lowerBound)")
        }
        guard case .storage(let index) = arguments[0], case .int(let offset) = arguments[1], offset >= 0 else {
            throw fail(
                "found a tensor of \(arguments[0].kind) at \(arguments[1].kind), expected a storage and an offset")
        }
        let storage = arena.storages[index]
        let shape = try naturals(arguments[2], "a shape")
        let strides = try naturals(arguments[3], "strides")
        guard shape.count == strides.count else {
            throw fail("found shape \(shape) with strides \(strides), expected as many of each")
        }
        var type = storage.type
        if let typeAt {
            guard case .elementType(let own) = arguments[typeAt], type == nil || type == own else {
                throw fail("found a tensor of \(arguments[typeAt].kind), expected the type of its elements")
            }
            type = own
        }
        guard let type else { throw fail("found a tensor of untyped bytes, expected the type of its elements") }

        let flagsAt = counts.upperBound - 1
        var isComputedView = false
        if counts.count > 1, arguments.count > flagsAt, case .dictionary(let flags) = arguments[flagsAt] {
            isComputedView = !arena.dictionaries[flags].isEmpty
        }
        return TorchTensor(
            storage: storage, type: type, offset: offset, shape: shape, strides: strides,
            isComputedView: isComputedView)
    }

    private func naturals(_ value: PickleValue, _ what: String) throws(FormatError) -> [Int] {
        let elements = try tuple(value, what)
        var numbers: [Int] = []
        guard elements.count <= 64 else { throw fail("found \(what) of \(elements.count) axes, expected at most 64") }
        for element in elements {
            guard case .int(let number) = element, number >= 0 else {
                throw fail("found \(element.kind) in \(what), expected non-negative integers")
            }
            numbers.append(number)
        }
        return numbers
    }

    private func tuple(_ value: PickleValue, _ what: String) throws(FormatError) -> [PickleValue] {
        guard case .tuple(let index) = value else {
            throw fail("found \(value.kind), expected \(what) as a tuple")
        }
        return arena.tuples[index]
    }
}
