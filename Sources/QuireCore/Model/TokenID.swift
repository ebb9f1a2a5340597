/// The number of a token in a model's vocabulary.
public typealias TokenID = Int32
