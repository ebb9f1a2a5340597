// swift-tools-version: 6.2
import PackageDescription

/// A plugin is one folder under `Plugins/` and one line here; it may import the core, the kernels, and
/// what `extra` names: a library, never another plugin.
func plugin(_ name: String, extra: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ["QuireCore", "CKernels"] + extra, path: "Plugins/\(name)")
}

func tests(_ target: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: "\(target)Tests", dependencies: [.init(stringLiteral: target), "TestSupport"] + dependencies)
}

/// A family of models: a plugin that needs nothing but the core.
func family(_ name: String) -> Target {
    .target(name: name, dependencies: ["QuireCore", "QuireJSON", "CKernels"], path: "Plugins/\(name)")
}

let families: [Target] = [
    "Cohere", "DeepSeek", "Falcon", "GPT2", "GPTNeoX", "GPTOSS", "Gemma", "Granite", "LLaMA", "Mistral", "OLMo2", "OPT",
    "Phi", "Qwen", "SeedOSS", "SmolLM3", "StableLM", "StarCoder2",
].map(family)

let plugins: [Target] =
    families + [
        plugin("BeamSearch", extra: [.product(name: "HeapModule", package: "swift-collections")]),
        plugin("LogitsProcessors"),
        plugin("NativeMatmul"),
        plugin("OpenBLASMatmul", extra: ["COpenBLAS"]),
        plugin("PagedAttention"),
        plugin("ReferenceAttention"),
        plugin("RandomSampling"),
        plugin("ParallelSampling"),
    ]
let pluginDependencies: [Target.Dependency] = plugins.map { .init(stringLiteral: $0.name) }

/// What lies in the root beside the zoo, so that the package manager does not ask what it is for.
let notOfTheZoo =
    [
        "Benchmarks", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "Plugins", "README.md", "Tests", "docs",
        "scripts",
    ]
    + [
        "CKernels", "Quire", "QuireCLI", "QuireCore", "QuireFormats", "QuireHub", "QuireJSON", "QuireLoad",
        "QuireServer", "QuireTemplates", "QuireTesting", "QuireTokenizers",
    ].map { "Sources/\($0)" }

let package = Package(
    name: "Quire",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "quire", targets: ["QuireMain"]),
        .library(name: "Quire", targets: ["Quire"]),
        .library(name: "QuireCLI", targets: ["QuireCLI"]),
        .library(name: "QuireCore", targets: ["QuireCore"]),
        .library(name: "QuireTesting", targets: ["QuireTesting"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .target(name: "CKernels", linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),
        .systemLibrary(
            name: "COpenBLAS", path: "Plugins/OpenBLASMatmul/COpenBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .target(
            name: "QuireCore",
            dependencies: [
                "CKernels", "QuireJSON",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            plugins: ["PluginInterface"]),
        // Writes down what a shared plugin must have been compiled against.
        .plugin(name: "PluginInterface", capability: .buildTool(), path: "Sources/PluginInterface"),
        .target(
            name: "QuireJSON", dependencies: [.product(name: "OrderedCollections", package: "swift-collections")]),
        .target(name: "QuireFormats", dependencies: ["QuireJSON"]),
        .target(name: "QuireTokenizers", dependencies: ["QuireJSON"]),
        .target(
            name: "QuireHub",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(name: "QuireTemplates", dependencies: ["QuireJSON"]),
        .target(name: "QuireTesting", dependencies: ["QuireCore"]),
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        // One line copies `ModelZoo/` whole, so that a new entry needs none; for that its folder is the root.
        .target(
            name: "ModelZoo", path: ".", exclude: notOfTheZoo, sources: ["Sources/ModelZoo"],
            resources: [.copy("ModelZoo")]),
        .target(
            name: "Quire",
            dependencies: [
                "QuireCore", "QuireFormats", "QuireHub", "QuireJSON", "QuireTemplates", "QuireTokenizers", "ModelZoo",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ] + pluginDependencies),
        .target(
            name: "QuireServer",
            dependencies: [
                "Quire", "QuireJSON", "QuireTemplates", "QuireTokenizers",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Web"), .embedInCode("openapi.json")]),
        .target(
            name: "QuireLoad",
            dependencies: [
                "Quire", "QuireJSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(
            name: "QuireCLI",
            dependencies: [
                "Quire", "QuireFormats", "QuireHub", "QuireJSON", "QuireLoad", "QuireServer", "QuireTemplates",
                "QuireTesting", "QuireTokenizers",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "QuireMain", dependencies: ["QuireCLI"],
            // Shared plugins take the core from the program that loads them.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--export-dynamic"], .when(platforms: [.linux]))]),
        tests("CKernels"),
        tests("QuireJSON"),
        tests("QuireCore", ["QuireJSON", "QuireTesting"]),
        tests("QuireFormats"),
        tests("QuireTokenizers"),
        tests(
            "QuireHub",
            [
                "Quire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests("QuireTemplates"),
        tests("QuireLoad", ["Quire"]),
        tests(
            "QuireServer",
            [
                "Quire", "QuireJSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        tests("Quire", ["QuireCore", "QuireFormats", "QuireJSON", "QuireTokenizers"]),
        .testTarget(
            name: "PluginTests",
            dependencies: ["CKernels", "QuireCore", "QuireJSON", "QuireTesting"] + pluginDependencies),
        tests("QuireCLI", ["QuireCore"]),
    ] + plugins,
    swiftLanguageModes: [.v6]
)
