extension Renderer {
    func execute(_ loop: Statement.Loop, _ scope: Scope) throws(TemplateError) {
        let iterable = try evaluate(loop.iterable, scope)
        try run(loop, over: iterable, depth: 0, scope)
    }

    /// Runs a loop, at a depth of recursion.
    private func run(
        _ loop: Statement.Loop, over iterable: Value, depth: Int, _ scope: Scope
    ) throws(TemplateError) {
        var iterator = try iterator(over: iterable)
        var length = try knownLength(of: iterable)
        if let test = loop.test {
            iterator = filtered(iterator, loop, test, scope)
            length = nil
        }
        let state = LoopObject(iterator, length: length, depth: depth, nesting: try nesting(around: [iterable]))
        if loop.isRecursive { state.recurse = recursion(of: loop, depth: depth, scope) }
        let name = program.loopName
        let hidden = hidden(in: loop.body.scope)
        var isEmpty = true
        while let value = try state.advance() {
            // A scope of its own costs more than an expression.
            try meter.step(4)
            isEmpty = false
            let inner = Scope(parent: scope, hiding: hidden)
            inner.set(name, .object(state))
            try assign(value, to: loop.target, inner)
            if try execute(loop.body.statements, inner) == .stopLoop { break }
        }
        if isEmpty, let otherwise = loop.otherwise {
            _ = try execute(otherwise.statements, Scope(parent: scope, hiding: self.hidden(in: otherwise.scope)))
        }
    }

    private func filtered(
        _ iterator: ValueIterator, _ loop: Statement.Loop, _ test: Expression, _ scope: Scope
    ) -> ValueIterator {
        ComputedIterator { [unowned self] () throws(TemplateError) in
            while let value = try iterator.next() {
                try self.meter.step(4)
                let inner = Scope(parent: scope, hiding: self.hidden(in: loop.testScope))
                try self.assign(value, to: loop.target, inner)
                if try self.isTrue(try self.evaluate(test, inner)) { return value }
            }
            return nil
        }
    }

    private func recursion(of loop: Statement.Loop, depth: Int, _ scope: Scope) -> LoopObject.Recurse {
        retain(scope)
        return { renderer, iterable throws(TemplateError) in
            try renderer.meter.enter()
            defer { renderer.meter.leave() }
            return try renderer.capture { () throws(TemplateError) in
                try renderer.run(loop, over: iterable, depth: depth + 1, scope)
            }.text
        }
    }
}
