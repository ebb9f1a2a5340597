/// A package with a plugin of one kind, to begin with: it compiles, and does something simple that is right.
struct PluginSkeleton {
    enum Kind: String, CaseIterable {
        case architecture
        case attentionBackend = "attention-backend"
        case matmulBackend = "matmul-backend"
        case sampler
        case logitsProcessor = "logits-processor"
        case decodingStrategy = "decoding-strategy"
    }

    let kind: Kind
    /// The module's name; a capital, then letters and digits.
    let name: String
    /// The folder with Quire's manifest.
    let checkout: String

    /// What the part is called by users.
    var partName: String {
        switch kind {
        case .architecture: "\(name)ForCausalLM"
        // It is given on the command line as a setting's name.
        case .logitsProcessor: words(joinedBy: "_")
        default: words(joinedBy: "-")
        }
    }

    /// Paths and texts.
    var files: [(path: String, text: String)] {
        [
            ("Package.swift", manifest), ("Makefile", makefile), (".gitignore", ".build/\n*.so\n*.dylib\n"),
            ("Sources/\(name)/\(name).swift", part), ("Sources/\(name)/\(name)Plugin.swift", plugin),
            ("Sources/\(name)Library/EntryPoint.swift", entry),
        ]
    }

    /// Such as `my-attention` for `MyAttention`.
    private func words(joinedBy separator: String) -> String {
        var result = ""
        for (index, character) in name.enumerated() {
            if character.isUppercase, index > 0, !result.hasSuffix(separator) { result += separator }
            result += character.lowercased()
        }
        return result
    }

    /// For a string literal.
    private var quotedCheckout: String {
        checkout.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    private var manifest: String {
        """
        // swift-tools-version: 6.2
        import PackageDescription

        let package = Package(
            name: "\(name)",
            platforms: [.macOS(.v15)],
            products: [.library(name: "\(name)", targets: ["\(name)"])],
            dependencies: [.package(name: "quire", path: "\(quotedCheckout)")],
            targets: [
                .target(name: "\(name)", dependencies: [.product(name: "QuireCore", package: "quire")]),
                // The C functions of the shared library: apart, so that many plugins can be linked into one program.
                .target(
                    name: "\(name)Library",
                    dependencies: ["\(name)", .product(name: "QuireCore", package: "quire")]),
            ],
            swiftLanguageModes: [.v6]
        )

        """
    }

    private var makefile: String {
        let wake = kind == .logitsProcessor ? " --extra-args \(partName)=1" : ""
        let verify = kind == .architecture ? " --golden golden" : wake
        return """
            # The library takes the core from the program that loads it, so it is linked from its own objects alone.
            NAME := \(name)
            QUIRE ?= \(checkout)/.build/release/quire
            BUILD ?= .build
            OBJECTS = $(BUILD)/release/$(NAME).build/*.o $(BUILD)/release/$(NAME)Library.build/*.o

            ifeq ($(shell uname), Darwin)
            LIBRARY := lib$(NAME).dylib
            FLAGS := -Xlinker -undefined -Xlinker dynamic_lookup
            else
            LIBRARY := lib$(NAME).so
            FLAGS :=
            endif

            .PHONY: plugin verify

            plugin:
            \tswift build -c release --scratch-path $(BUILD) --target $(NAME)Library
            \tswiftc -emit-library $(FLAGS) -o $(LIBRARY) $(OBJECTS)

            verify: plugin
            \t"$(QUIRE)" plugins verify ./$(LIBRARY)\(verify)

            """
    }

    private var plugin: String {
        """
        import QuireCore

        /// Brings the \(kind.rawValue.replacing("-", with: " ")) `\(partName)`.
        public enum \(name)Plugin: EnginePlugin {
            public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        \(registration)
            }
        }

        """
    }

    private var entry: String {
        """
        import \(name)
        import QuireCore

        // What a program that loads the shared library asks first, and then.

        @_cdecl("quire_plugin_version")
        public func pluginVersion() -> UnsafePointer<CChar> { PluginEntryPoint.version }

        @_cdecl("quire_plugin_register")
        public func registerPlugin(_ registry: UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>? {
            PluginEntryPoint.register([\(name)Plugin.self], in: registry)
        }

        """
    }

    private var registration: String {
        let table =
            switch kind {
            case .architecture: "architectures"
            case .attentionBackend: "attentionBackends"
            case .matmulBackend: "matmulBackends"
            case .sampler: "samplers"
            case .logitsProcessor: "logitsProcessors"
            case .decodingStrategy: "decodingStrategies"
            }
        if kind == .architecture {
            return "        for name in \(name).names { try registry.architectures.add(name, \(name).self) }"
        }
        return "        try registry.\(table).add(\(name).name, \(name).self)"
    }
}
