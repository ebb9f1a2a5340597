/// The files of a GGUF model, which may be split as `name-00001-of-00003.gguf`.
enum GGUFParts {
    static func isGGUF(_ path: RepositoryPath) -> Bool { path.name.lowercased().hasSuffix(".gguf") }

    /// Every part of the model that `path` is, or is a part of; the first part, which is the one to open, first.
    static func all(of path: RepositoryPath) -> [RepositoryPath] {
        let text = path.description
        guard let match = text.wholeMatch(of: /(.+-)([0-9]{5})(-of-)([0-9]{5})(\.[Gg][Gg][Uu][Ff])/),
            let count = Int(match.4), count > 1
        else { return [path] }
        return (1...count).compactMap { number in
            let digits = String(number)
            let padded = String(repeating: "0", count: 5 - digits.count) + digits
            return RepositoryPath("\(match.1)\(padded)\(match.3)\(match.4)\(match.5)")
        }
    }
}
