import Foundation
import Testing

@Suite("A plugin that cannot be used is refused with its path and the reason")
struct BadPluginTests {
    /// Starts `quire` with a library and expects it to be refused.
    private func refuse(
        _ path: String, _ reason: String, _ arguments: [String] = ["plugins"],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try QuireProcess.run(arguments + ["--plugin", path])
        #expect(outcome.status == 69, "\(outcome.errors)", sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
        #expect(
            outcome.errors.hasPrefix("quire: error: the plugin \(path): ") && outcome.errors.contains(reason),
            "\(outcome.errors)", sourceLocation: sourceLocation)
    }

    @Test("a missing file, a folder, and a file that is no library")
    func noLibrary() throws {
        let directory = TemporaryDirectory()
        try refuse(directory.path + "/none.so", "No such file")
        try refuse(directory.path, "directory")
        try refuse(try directory.write("text.so", String(repeating: "no library ", count: 20)), "ELF")
        try refuse(try directory.write("empty.so", ""), "too short")
    }

    @Test("a name that looks like an option is a file's name")
    func option() throws {
        let outcome = try QuireProcess.run(["plugins", "--plugin=--help"])
        #expect(outcome.status == 69 && outcome.errors.contains("the plugin --help: No such file"))
    }

    @Test("a library without the entry points")
    func noEntryPoint() throws {
        let directory = TemporaryDirectory()
        try refuse(try PluginLibrary.c(directory, version: nil), "has no function 'quire_plugin_version'")
        let more = "const char *quire_plugin_version(void) { return \"\(PluginLibrary.version)\"; }"
        let other = try PluginLibrary.c(
            directory, version: nil, more: more + "\n#define quire_plugin_register some_other_name")
        try refuse(other, "has no function 'quire_plugin_register'")
    }

    @Test("a library for another version, before any of its code runs")
    func otherVersion() throws {
        let directory = TemporaryDirectory()
        let trap = "__attribute__((constructor)) static void start(void) { abort(); }"
        let old = "quire plugin interface: Swift version 5.0, core 0123456789abcdef"
        try refuse(
            try PluginLibrary.c(directory, version: old, more: trap),
            "was built for Swift version 5.0, core 0123456789abcdef; this program is Swift version")
        try refuse(try PluginLibrary.c(directory, version: "1"), "was built for 1;")
        let nothing = "const char *quire_plugin_version(void) { return 0; }"
        try refuse(try PluginLibrary.c(directory, version: nil, more: nothing), "was built for nothing;")
    }

    @Test("a library that needs what nobody has")
    func missingSymbol() throws {
        let more = "extern int quire_has_no_such_function(void); int (*wanted)(void) = quire_has_no_such_function;"
        let directory = TemporaryDirectory()
        try refuse(
            try PluginLibrary.c(directory, more: more), "undefined symbol: quire_has_no_such_function")
    }

    @Test("a library with a core of its own")
    func ownCore() throws {
        let more = "void quire_core_of_this_program(void) {}"
        let directory = TemporaryDirectory()
        try refuse(try PluginLibrary.c(directory, more: more), "brings a core of its own")
    }

    @Test(
        "a library that traps, aborts or exits while it is loaded, or when it registers",
        arguments: [
            ("__builtin_trap();", "crashed while it was loaded, by signal 4"),
            ("abort();", "crashed while it was loaded, by signal 6"),
            ("*(volatile int *)0 = 1;", "crashed while it was loaded, by signal 11"),
            ("exit(0);", "ended the process with status 0 while it was loaded"),
            ("_exit(3);", "ended the process with status 3 while it was loaded"),
        ])
    func crash(code: String, reason: String) throws {
        let directory = TemporaryDirectory()
        let start = "__attribute__((constructor)) static void start(void) { \(code) }"
        let early = try PluginLibrary.c(directory, more: start)
        for command in [["plugins"], ["explain"], ["generate", "--prompt", "a"], ["zoo", "test"]] {
            try refuse(early, reason, command)
        }
        try refuse(try PluginLibrary.c(directory, register: "\(code) return 0;"), reason)
    }

    @Test("what a library complains of itself")
    func complaint() throws {
        let directory = TemporaryDirectory()
        try refuse(
            try PluginLibrary.c(directory, register: "return strdup(\"it is Monday\");"), "it is Monday")
    }

    @Test("verify refuses it too")
    func verify() throws {
        let directory = TemporaryDirectory()
        let path = try PluginLibrary.c(directory, register: "abort();")
        let outcome = try QuireProcess.run(["plugins", "verify", path])
        #expect(outcome.status == 69 && outcome.errors.contains("signal 6"))
        let empty = try QuireProcess.run(["plugins", "verify", try PluginLibrary.c(directory)])
        #expect(empty.status == 64 && empty.output.contains("0 passed, 0 failed, 0 not checked"))
    }
}
