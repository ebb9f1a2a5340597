// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "QuireExamples",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ExampleParts", targets: ["ExampleParts"]),
        .executable(name: "my-quire", targets: ["my-quire"]),
    ],
    // Outside of this repository: .package(url: "…/quire", branch: "main"), the same as the program's.
    dependencies: [.package(name: "quire", path: "../..")],
    targets: [
        .target(name: "ExampleParts", dependencies: [.product(name: "QuireCore", package: "quire")]),
        // The C functions of the shared library: apart, so that many packages' parts can be linked into one program.
        .target(
            name: "ExampleLibrary", dependencies: ["ExampleParts", .product(name: "QuireCore", package: "quire")]),
        .executableTarget(
            name: "my-quire", dependencies: ["ExampleParts", .product(name: "QuireCLI", package: "quire")],
            // Only for `--plugin`: shared libraries take the core from the program.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"], .when(platforms: [.linux]))]),
    ],
    swiftLanguageModes: [.v6]
)
