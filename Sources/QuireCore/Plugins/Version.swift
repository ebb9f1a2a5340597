/// The version of this build.
public let quireVersion = "0.1.0"
