/// Owns how a request's sequences fork, survive and finish, by deciding how each step's candidates go on.
///
/// It speaks to memory only through its decisions: the engine carries them out as forks and releases of block tables.
public protocol DecodingStrategy: Sendable {
    static var name: String { get }

    /// One line for `quire plugins`.
    static var summary: String { get }

    /// Whether its sequences must run side by side, because they depend on each other. Those that need not may run a
    /// few at a time where there is no room for all.
    static var runsTogether: Bool { get }

    init(params: SamplingParams) throws

    /// Sequences that the request has at once at most.
    var width: Int { get }

    /// Decides how the candidates of one request go on: all its live sequences, or at first its prompt alone. May run on
    /// any thread, for one request at a time.
    ///
    /// - Parameter isFirst: whether these are the first tokens after the prompt.
    mutating func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision
}
