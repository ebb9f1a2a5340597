/// `self`: the template's blocks, which can be called by name.
final class BlocksReference: Object {
    override var typeName: String { "TemplateReference" }
    override var module: String? { "jinja2.runtime" }
    override func text(_ renderer: Renderer) throws(TemplateError) -> String { "<TemplateReference None>" }

    /// A block by its name; `nil` for one that does not exist.
    func block(_ name: String, _ renderer: Renderer) -> Value? {
        renderer.program.blocks[name].map { .object(BlockReference($0)) }
    }
}

/// A block as a function.
final class BlockReference: Object {
    private let block: Statement.NamedBlock

    init(_ block: Statement.NamedBlock) { self.block = block }

    override var typeName: String { "BlockReference" }
    override var module: String? { "jinja2.runtime" }
    override var isCallable: Bool { true }

    override func attribute(_ name: String) throws(TemplateError) -> Value? {
        switch name {
        case "name": .string(block.name)
        case "super": .undefined("there is no parent block called \(block.name.pythonQuoted).")
        default: nil
        }
    }

    override func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "BlockReference.__call__")
        try renderer.meter.enter()
        defer { renderer.meter.leave() }
        return .string(
            try renderer.capture { () throws(TemplateError) in
                try renderer.execute(block, renderer.top)
            }.text)
    }
}
