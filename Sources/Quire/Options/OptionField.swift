import QuireCore

/// One option as text: the same name on the command line, in a configuration file and, in capitals, in the environment.
public struct OptionField<Options>: Sendable {
    /// Such as `max-num-seqs`.
    public let name: String
    /// How a file may call an option that takes several values, such as `plugins`.
    public let plural: String?
    /// Empties an option that takes several values, before those of a stronger source are set.
    public let clear: (@Sendable (_ options: inout Options) -> Void)?
    /// - Throws: `OptionError` where the text is not a value of the option.
    public let set: @Sendable (_ text: String, _ options: inout Options) throws(OptionError) -> Void

    public init(
        name: String, plural: String? = nil, clear: (@Sendable (_ options: inout Options) -> Void)? = nil,
        set: @escaping @Sendable (_ text: String, _ options: inout Options) throws(OptionError) -> Void
    ) {
        self.name = name
        self.plural = plural
        self.clear = clear
        self.set = set
    }

    /// What a file may call it.
    public var names: [String] { [name] + (plural.map { [$0] } ?? []) }

    /// Such as `QUIRE_MAX_NUM_SEQS`.
    public var environmentName: String { "QUIRE_" + name.uppercased().replacing("-", with: "_") }
}

/// Options that can be set by name.
public protocol NamedOptions {
    init()
    /// Every option that a file or the environment may set.
    static var fields: [OptionField<Self>] { get }
    /// - Throws: `OptionError` for a value out of range.
    func validate() throws(OptionError)
}

// MARK: - Kinds of values

extension OptionField {
    public static func text(_ name: String, _ path: WritableKeyPath<Options, String?> & Sendable) -> OptionField {
        OptionField(name: name) { (value, options) in options[keyPath: path] = value }
    }

    public static func choice(
        _ name: String, _ path: WritableKeyPath<Options, Bool> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            guard let isOn = ["true": true, "false": false][value] else {
                throw OptionError(name: name, value: value, expected: "true or false")
            }
            options[keyPath: path] = isOn
        }
    }

    public static func required(
        _ name: String, _ path: WritableKeyPath<Options, String> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) in options[keyPath: path] = value }
    }

    /// Texts, as often as the option is given.
    public static func texts(
        _ name: String, plural: String? = nil, _ path: WritableKeyPath<Options, [String]> & Sendable
    ) -> OptionField {
        OptionField(name: name, plural: plural) { (options) in
            options[keyPath: path] = []
        } set: { (value, options) in
            options[keyPath: path].append(value)
        }
    }

    /// Seconds, milliseconds or another number above 0.
    public static func optionalDouble(
        _ name: String, _ path: WritableKeyPath<Options, Double?> & Sendable, expected: String
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try double(name, value, expected)
        }
    }

    public static func double(
        _ name: String, _ path: WritableKeyPath<Options, Double> & Sendable, expected: String
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try double(name, value, expected)
        }
    }

    private static func double(_ name: String, _ value: String, _ expected: String) throws(OptionError) -> Double {
        guard let number = Double(value), number > 0, number.isFinite else {
            throw OptionError(name: name, value: value, expected: expected)
        }
        return number
    }

    public static func number(
        _ name: String, _ path: WritableKeyPath<Options, Int> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try whole(name, value)
        }
    }

    public static func optionalNumber(
        _ name: String, _ path: WritableKeyPath<Options, Int?> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try whole(name, value)
        }
    }

    public static func bytes(
        _ name: String, _ path: WritableKeyPath<Options, Int?> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try size(name, value)
        }
    }

    public static func requiredBytes(
        _ name: String, _ path: WritableKeyPath<Options, Int> & Sendable
    ) -> OptionField {
        OptionField(name: name) { (value, options) throws(OptionError) in
            options[keyPath: path] = try size(name, value)
        }
    }

    private static func size(_ name: String, _ value: String) throws(OptionError) -> Int {
        guard let size = ByteCount(parsing: value) else {
            throw OptionError(name: name, value: value, expected: "bytes, such as 4GiB or 512M")
        }
        return size.bytes
    }

    private static func whole(_ name: String, _ value: String) throws(OptionError) -> Int {
        guard let number = Int(value) else { throw OptionError(name: name, value: value, expected: "a whole number") }
        return number
    }
}
