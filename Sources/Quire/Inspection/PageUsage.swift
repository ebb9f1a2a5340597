/// How the pool is used after a step, in blocks.
struct PageUsage: Equatable {
    let used: Int
    /// Used blocks that several table entries refer to.
    let shared: Int
    let free: Int
    /// Entries of all tables.
    let entries: Int
    /// What the tables would take more if nothing were shared.
    let saved: Int

    init(_ step: PageTrace.Step) {
        used = step.references.count
        shared = step.references.count { $0.count > 1 }
        free = step.free
        entries = step.tables.reduce(0) { $0 + $1.blocks.count }
        saved = entries - Set(step.tables.lazy.flatMap(\.blocks)).count
    }
}
