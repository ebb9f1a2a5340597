/// A weight as its file describes it.
public struct StoredTensor: @unchecked Sendable {
    // Safe to share: the memory is read-only and `owner` keeps it mapped.
    /// Outermost dimension first.
    public let shape: [Int]
    /// How the file calls its element type, such as `bf16` or `q4_0`.
    public let typeName: String
    public let bytes: UnsafeRawBufferPointer
    public let owner: AnyObject?
    public let release: @Sendable () -> Void
    /// How to make the weight, where `bytes` are none because no kernel reads what the file has.
    public let recipe: (any WeightRecipe)?

    public init(
        shape: [Int], typeName: String, bytes: UnsafeRawBufferPointer, owner: AnyObject,
        release: @escaping @Sendable () -> Void
    ) {
        self.shape = shape
        self.typeName = typeName
        self.bytes = bytes
        self.owner = owner
        self.release = release
        recipe = nil
    }

    /// Elements of a row: those along the last dimension.
    public var columns: Int { shape.last ?? 1 }
    /// Rows of all dimensions but the last.
    public var rows: Int { shape.dropLast().reduce(1, *) }

    /// A weight that is made at loading.
    public init(recipe: some WeightRecipe) {
        shape = recipe.shape
        typeName = recipe.type.rawValue
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        owner = nil
        release = {}
        self.recipe = recipe
    }
}

/// The weights of a checkpoint by their Hugging Face names, whatever the file format.
public protocol WeightSource {
    /// The checkpoint, for messages.
    var place: String { get }
    var names: [String] { get }
    func tensor(named name: String) -> StoredTensor?
}

/// A weight that is missing, not expected, or not as the model needs it.
public struct WeightError: UserError, Equatable {
    public let place: String
    public let problem: String

    public init(place: String, problem: String) {
        self.place = place
        self.problem = problem
    }

    public var kind: UserErrorKind { .data }
    public var description: String { "\(place): \(problem)" }
}
