import Foundation
import Quire
import Testing

@Suite("Page traces")
struct PageTraceTests {
    @Test("a trace is read as it was written")
    func reading() throws {
        let trace = try PageTraceFile(PageTraceFile.text).read()
        #expect(trace.header == PageTrace.Header(model: "tiny", blockSize: 16, totalBlocks: 8))
        #expect(trace.steps.map(\.number) == [1, 2, 3] && trace.note == nil)
        let second = trace.steps[1]
        #expect(second.milliseconds == 0.25 && second.tokens == 3 && second.free == 4 && second.running == 2)
        #expect(second.tables[2] == PageTrace.Table(request: 1, branch: 1, tokens: 22, computed: 21, blocks: [0, 3]))
        #expect(second.references.first == PageTrace.Reference(block: 0, count: 3))
        #expect(second.copies == [PageTrace.Copy(source: 2, target: 3)] && second.evictions == [7])
        #expect(trace.steps[0].admitted.last == PageTrace.Admission(request: 1, cachedTokens: 16))
        #expect(trace.steps[2].finished == [5])
        #expect(trace.steps[2].preemptions.first?.reason == "request 0 needs 1 block and 0 are free")
    }

    @Test("what is written has the fields in their order, a line each")
    func writing() throws {
        let trace = try PageTraceFile(PageTraceFile.text).read()
        #expect(trace.header.json == PageTraceFile.lines[0])
        #expect(trace.steps.map(\.json) == Array(PageTraceFile.lines.dropFirst()))
    }

    @Test("texts keep every character on the way through a file")
    func texts() throws {
        let model = "a \"b\" \\ \n\u{1}\u{7F}é🦊</svg>"
        var step = PageTrace.Step(number: 1)
        step.preemptions = [PageTrace.Preemption(request: 1, reason: model)]
        let header = PageTrace.Header(model: model, blockSize: 16, totalBlocks: 1)
        let trace = try PageTraceFile("\(header.json)\n\(step.json)\n").read()
        #expect(trace == PageTrace(header: header, steps: [step]))
    }

    @Test("unknown fields, empty lines, lines of other systems and a last line without an end are read")
    func lenience() throws {
        let more = PageTraceFile.lines[1].replacing("\"step\"", with: "\"colour\":{\"a\":[1]},\"step\"")
        let trace = try PageTraceFile(PageTraceFile.lines[0] + "\r\n\r\n" + more + "\r\n\n" + PageTraceFile.lines[2])
            .read()
        #expect(trace.steps.count == 2 && trace.note == nil)
        #expect(try PageTraceFile(PageTraceFile.header).read().steps.isEmpty)
    }

    @Test("a trace cut off anywhere gives the steps that are whole, with a note")
    func truncation() throws {
        let whole = Array(PageTraceFile.text.utf8)
        let ends = whole.indices.filter { whole[$0] == UInt8(ascii: "\n") }
        let file = try PageTraceFile("")
        for count in whole.indices {
            try file.write(whole[..<count])
            guard count >= ends[0] else {
                #expect(file.complaint().contains("line 1") || file.complaint().contains("header"))
                continue
            }
            let trace = try file.read()
            // The last character of a line makes it whole; its end may be missing.
            #expect(trace.steps.count == ends.dropFirst().count { $0 <= count })
            #expect((trace.note != nil) == (!ends.contains(count) && !ends.contains(count - 1)), "\(count)")
            if let note = trace.note { #expect(note.contains("line \(trace.steps.count + 2)")) }
        }
    }

    @Test("a trace is told from other files by its first line")
    func recognition() throws {
        func isTrace(_ text: String) throws -> Bool {
            let file = try PageTraceFile(text)
            return withExtendedLifetime(file) { PageTrace.isTrace(file.path) }
        }
        #expect(try isTrace(PageTraceFile.text) && isTrace("{\"quire_pages\":99"))
        #expect(try !isTrace("") && !isTrace("{}\n{\"quire_pages\":1}") && !isTrace("\u{8}{\"quire_pages\":1}"))
        for path in ["/nonexistent", "/", "/dev/zero", Repository.fixture("llama/gqa/model.safetensors")] {
            #expect(!PageTrace.isTrace(path), "\(path)")
        }
    }
}

@Suite("A page trace that cannot be used is refused with the line, the field and what was expected")
struct BadPageTraceTests {
    /// A text of a line, what stands there instead, and what the complaint says.
    static let changes: [(line: Int, text: String, instead: String, says: [String])] = [
        (1, #""quire_pages":1"#, #""quire_pages":2"#, ["'quire_pages' is 2", "1, the version"]),
        (1, #""total_blocks":8"#, #""total_blocks":1099511627776"#, ["'total_blocks' is 1099511627776", "16777216"]),
        (1, #""total_blocks":8"#, #""total_blocks":0"#, ["'total_blocks' is 0", "from 1"]),
        (1, #""block_size":16,"#, "", ["'block_size' is missing", "whole number"]),
        (1, #""block_size":16"#, #""block_size":-16"#, ["'block_size' is -16", "from 1"]),
        (1, #""model":"tiny""#, #""model":["tiny"]"#, ["'model' is a list of 1", "a text"]),
        (2, #""step":1"#, #""step":1e300"#, ["'step' is 1e+300", "whole number"]),
        (2, #""step":1"#, #""step":2147483648"#, ["'step' is 2147483648", "2147483647"]),
        (2, #""ms":0.5"#, #""ms":-1"#, ["'ms' is -1", "at least 0"]),
        (2, #""ms":0.5"#, #""ms":"fast""#, ["'ms' is \"fast\"", "a number"]),
        (2, #""ms":0.5"#, #""ms":null"#, ["'ms' is null", "a number"]),
        (2, #""tokens":40,"#, #""tokens":4.5,"#, ["'tokens' is 4.5", "whole number"]),
        (2, #""free":5"#, #""free":9"#, ["'free' is 9", "0 to 8"]),
        (2, #""findable":2,"#, "", ["'findable' is missing"]),
        (2, #""tables":["#, #""tables":[7,"#, ["'tables[0]' is 7", "an object"]),
        (2, #""blocks":[0,2]"#, #""blocks":[0,8]"#, ["'tables[1].blocks[1]' is 8", "0 to 7", "total_blocks is 8"]),
        (2, #""blocks":[0,2]"#, #""blocks":[0,-1]"#, ["'tables[1].blocks[1]' is -1", "0 to 7"]),
        (2, #""blocks":[0,2]"#, #""blocks":[0,4294967296]"#, ["'tables[1].blocks[1]' is 4294967296", "whole"]),
        (2, #""blocks":[0,2]"#, #""blocks":[0,"2"]"#, ["'tables[1].blocks[1]' is \"2\"", "whole"]),
        (2, #""blocks":[0,2]"#, #""blocks":{}"#, ["'tables[1].blocks' is an object", "a list of blocks"]),
        (2, #""computed":20"#, #""computed":22"#, ["'tables[0].computed' is 22", "0 to 21"]),
        (2, "[0,2],[1,1]", "[0,2],[0,1]", ["'references[1][0]' is 0", "each block once"]),
        (2, "[0,2],[1,1]", "[0,0],[1,1]", ["'references[0][1]' is 0", "from 1"]),
        (2, "[0,2],[1,1]", "[0],[1,1]", ["'references[0]", "missing"]),
        (2, "[0,2],[1,1]", "[0,2,3],[1,1]", ["'references[0]' is a list of 3", "[block, count]"]),
        (2, #""cached_tokens":16"#, #""cached_tokens":true"#, ["'admitted[1].cached_tokens' is true", "whole"]),
        (3, #""step":2"#, #""step":1"#, ["'step' is 1", "more than 1"]),
        (3, "[[2,3]]", "[[2,99]]", ["'copies[0][1]' is 99"]),
        (3, "[[2,3]]", "[2,3]", ["'copies[0]' is 2", "[source, target]"]),
        (3, "[7]", "[-7]", ["'evictions[0]' is -7"]),
        (3, "[7]", "7", ["'evictions' is 7", "a list of blocks"]),
        (3, #"{"step":2"#, #"["step""#, ["is not valid JSON"]),
        (3, #"{"step":2"#, "{", ["is not valid JSON"]),
        (4, #""reason":"request 0 needs 1 block and 0 are free""#, #""reason":5"#, ["'preemptions[0].reason' is 5"]),
        (4, #"[5]"#, #"[5.5]"#, ["'finished[0]' is 5.5", "whole"]),
    ]

    @Test("a field that cannot be is named with its line", arguments: changes.indices)
    func fields(index: Int) throws {
        let change = Self.changes[index]
        var lines = PageTraceFile.lines
        #expect(lines[change.line - 1].contains(change.text))
        lines[change.line - 1] = lines[change.line - 1].replacing(change.text, with: change.instead, maxReplacements: 1)
        let file = try PageTraceFile(lines.joined(separator: "\n") + "\n")
        let complaint = file.complaint()
        #expect(complaint.hasPrefix("\(file.path) line \(change.line): "), "\(complaint)")
        for part in change.says { #expect(complaint.contains(part), "\(complaint)") }
    }

    @Test("a line that is no object, a text without end, deep nesting and bytes that are no text are refused")
    func lines() throws {
        func complaint(_ line: some Sequence<UInt8>) throws -> String {
            try PageTraceFile(Array(PageTraceFile.header.utf8) + [10] + Array(line) + [10]).complaint()
        }
        #expect(try complaint("[1,2]".utf8).contains("line 2: the line is a list of 2; expected an object"))
        #expect(
            try complaint(Array(repeating: UInt8(ascii: "["), count: 100_000)).contains("line 2: is not valid JSON"))
        let nested = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let line = PageTraceFile.lines[1].replacing("[0,2],[1,1]", with: nested)
        #expect(try complaint(line.utf8).contains("'references[0][0]' is a list of 1"))
        #expect(try complaint([0x7B, 0xFF, 0xFE, 0x7D]).contains("line 2: is not valid JSON"))
        let long = PageTraceFile.lines[3].replacing("request 0 needs", with: String(repeating: "x", count: 5_000))
        #expect(try complaint(long.utf8).contains("at most 4096 bytes"))
        let huge = Array(repeating: UInt8(ascii: " "), count: 1 << 24) + Array("1".utf8)
        #expect(try complaint(huge).contains("line 2: has 16777217 bytes"))
    }

    @Test("a complaint brings no control characters to the terminal")
    func controlCharacters() throws {
        let line = PageTraceFile.lines[1].replacing("\"ms\":0.5", with: "\"ms\":\"\\u001b[2J\"")
        let complaint = try PageTraceFile(PageTraceFile.header + "\n" + line + "\n").complaint()
        #expect(complaint.contains(#"\u{1b}[2J"#) && !complaint.contains("\u{1B}"))
    }

    @Test("what cannot be read is said to be so")
    func files() {
        func complaint(_ path: String) -> String {
            do {
                _ = try PageTrace(path: path)
                return "read"
            } catch {
                return "\(error)"
            }
        }
        #expect(complaint("/nonexistent").contains("/nonexistent"))
        #expect(complaint("/").contains("not a regular file") && complaint("/dev/zero").contains("not a regular file"))
    }

    @Test("1,000 mutations of a trace are refused or drawn, and nothing else")
    func mutations() throws {
        let original = Array(PageTraceFile.text.utf8)
        let tokens = [
            "-1", "1e300", "4294967296", "null", "[]", "{}", "\"", "[", "}", "\n", "2147483647", "0", "1", "3", "7",
            "44",
        ]
        var random = RandomSource(seed: 4, position: 0)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        let file = try PageTraceFile("")
        var drawn = 0
        for _ in 0..<1_000 {
            var bytes = original
            for _ in 0...below(2) {
                let position = below(bytes.count)
                switch below(5) {
                case 0: bytes[position] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(position..<min(bytes.count, position + 1 + below(8)))
                case 2: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 40)], at: position)
                default:
                    // Whole values: where a number stood stands another one, or none.
                    let start = bytes[position...].firstIndex { (0x30...0x39).contains($0) } ?? position
                    let end = bytes[start...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
                    bytes.replaceSubrange(start..<end, with: Array(tokens[below(tokens.count)].utf8))
                }
            }
            try file.write(bytes)
            do {
                let timeline = try PageTimeline(file.read())
                #expect(!timeline.text(width: 80, showsTables: true).isEmpty)
                _ = try SVGElements(timeline.svg)
                drawn += 1
            } catch let error as any UserError {
                #expect(error.kind == .data)
            }
        }
        #expect(drawn > 50)
    }
}
