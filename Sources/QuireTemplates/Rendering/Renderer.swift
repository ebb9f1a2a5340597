/// One rendering of a template: its variables, its output, and what it may still do.
final class Renderer {
    let program: Program
    let meter: Meter
    let now: TemplateTime
    /// Variables handed to the template, and the global functions.
    let globals: Scope
    /// Variables at the top level of the template.
    let top: Scope
    /// What has been written so far, here or in the block that is being captured.
    private(set) var output = ""
    /// What a filter block or a set block has captured.
    var captured = Value.none
    /// What may be part of a circle of references, and is taken apart at the end.
    private var retainedScopes: [Scope] = []
    private var retainedObjects: [Object] = []

    init(program: Program, variables: TemplateDictionary, now: TemplateTime, limits: TemplateLimits)
        throws(TemplateError)
    {
        self.program = program
        self.now = now
        meter = Meter(limits: limits)
        globals = Scope(parent: nil)
        top = Scope(parent: globals, hiding: program.hidden[program.template.body.scope] ?? [])
        for (name, function) in GlobalFunction.all {
            if let id = program.template.names.existingID(of: name) { globals.set(id, .object(function)) }
        }
        for (name, value) in zip(variables.keys, variables.values) {
            guard let id = program.template.names.existingID(of: name) else { continue }
            globals.set(id, try Value(value))
        }
    }

    /// - Throws: whatever is wrong, with its place in the template.
    func render() throws(TemplateError) -> String {
        defer { takeApart() }
        if let name = program.template.names.existingID(of: "self") {
            globals.set(name, .object(BlocksReference()))
        }
        _ = try execute(program.template.body.statements, top)
        return output
    }

    /// - Throws: an error of kind `limit`.
    func write(_ text: String) throws(TemplateError) {
        guard output.utf8.count + text.utf8.count <= meter.limits.outputBytes else {
            throw TemplateError(.limit, "the output would be larger than \(meter.limits.outputBytes) bytes")
        }
        try meter.work(bytes: text.utf8.count)
        output += text
    }

    /// What is written while `body` runs.
    func capture<Result>(
        _ body: () throws(TemplateError) -> Result
    ) throws(TemplateError) -> (text: String, result: Result) {
        var outer = ""
        swap(&outer, &output)
        defer { swap(&outer, &output) }
        let result = try body()
        try meter.allocate(bytes: output.utf8.count)
        return (output, result)
    }

    func retain(_ scope: Scope) { retainedScopes.append(scope) }
    func retain(_ object: Object) { retainedObjects.append(object) }

    private func takeApart() {
        for scope in retainedScopes { scope.clear() }
        for object in retainedObjects { object.clear() }
        top.clear()
        globals.clear()
    }

    func hidden(in scope: ScopeID) -> [NameID] { program.hidden[scope] ?? [] }
}
