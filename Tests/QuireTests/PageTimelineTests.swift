import Foundation
import Quire
import Testing

@Suite("The page timeline as text")
struct PageTimelineTests {
    static func trace() throws -> PageTrace { try PageTraceFile(PageTraceFile.text).read() }

    /// A run of many steps, in which request 0 takes block after block.
    static func longTrace(steps: Int, totalBlocks: Int) -> PageTrace {
        let all = (1...steps).map { number in
            var step = PageTrace.Step(number: number)
            let blocks = (0..<min(number, totalBlocks)).map { BlockID($0) }
            step.tokens = 1
            step.free = totalBlocks - blocks.count
            step.tables = [PageTrace.Table(request: 0, branch: 0, tokens: number, computed: number, blocks: blocks)]
            step.references = blocks.map { PageTrace.Reference(block: $0, count: 1) }
            step.copies = [PageTrace.Copy(source: 0, target: 1)]
            return step
        }
        return PageTrace(
            header: PageTrace.Header(model: "long", blockSize: 16, totalBlocks: totalBlocks), steps: all)
    }

    static let expected = """
        tiny: steps 1–3, 3 requests, 8 blocks of 16 tokens

        most in use       4 blocks, 50.0 %, after step 2
        saved by sharing  2 of 6 blocks that its 3 tables would take alone
        copies            1
        evictions         1
        preemptions       1
        cached tokens     16

        █ shared  ▒ in one sequence  · free   (a cell is 1 block)

        STEP  TOKENS  POOL      USED  SHARED  FREE  EVENTS
           1      40  █▒▒·····     3       1     5  request 0 begins; request 1 begins with 16 cached tokens
           2       3  █▒▒▒····     4       1     4  copy 2→3; evict 7
           3       1  ▒▒······     2       0     6  preempt request 1: request 0 needs 1 block and 0 are
                                                    free; request 5 done
        """

    @Test("a short trace has a summary and a line per step")
    func short() throws {
        #expect(try PageTimeline(Self.trace()).text() == Self.expected)
    }

    @Test("a part has its own summary, and the tables after its last step show what is shared")
    func part() throws {
        let text = try PageTimeline(Self.trace(), steps: 2...2).text(showsTables: true)
        let tables = """
            block tables after step 2: 6 entries on 4 blocks   (5×3: block 5, with 3 references)

            REQUEST  BRANCH  TOKENS  COMPUTED  BLOCKS
                  0       0      22        21  0×3 1
                  1       0      22        21  0×3 2
                  1       1      22        21  0×3 3
            """
        #expect(text.hasPrefix("tiny: step 2, 2 requests"))
        #expect(text.hasSuffix("evict 7\n\n" + tables), "\(text)")
    }

    @Test("neighbouring blocks of a table are one word, upwards and downwards")
    func runs() throws {
        var step = PageTrace.Step(number: 1)
        let blocks: [BlockID] = [4, 5, 6, 2, 1, 7, 3, 2, 1, 0]
        step.tables = [PageTrace.Table(request: 0, branch: 0, tokens: 160, computed: 160, blocks: blocks)]
        step.references = Set(blocks).map { PageTrace.Reference(block: $0, count: $0 == 7 ? 2 : 1) }
        step.evictions = [7, 5, 6, 3, 2, 1]
        let header = PageTrace.Header(model: "runs", blockSize: 16, totalBlocks: 8)
        let text = try PageTimeline(PageTrace(header: header, steps: [step]), steps: 1...1).text(showsTables: true)
        #expect(text.hasSuffix("4–6 2 1 7×2 3–0") && text.contains("evict 7, 5, 6, 3–1"), "\(text)")
    }

    @Test("steps that are not there are refused with those that are")
    func missingSteps() throws {
        #expect { try PageTimeline(Self.trace(), steps: 7...9) } throws: { error in
            "\(error)" == "--steps is 7-9; expected steps between 1 and 3"
        }
        let empty = PageTrace(header: try Self.trace().header, steps: [])
        #expect(try PageTimeline(empty).text(showsTables: true).contains("no steps"))
        #expect(throws: OptionError.self) { try PageTimeline(empty, steps: 1...1) }
    }

    @Test("steps of a long trace are merged into 60 lines at most, and shown singly where a part is asked for")
    func longTraces() throws {
        let trace = Self.longTrace(steps: 6_001, totalBlocks: 8)
        func lines(_ timeline: PageTimeline) -> [Substring] {
            let lines = timeline.text().split(separator: "\n", omittingEmptySubsequences: false)
            return Array(lines.drop { !$0.contains("STEP") }.dropFirst())
        }
        let merged = lines(try PageTimeline(trace))
        #expect(merged.count == 60)
        #expect(merged[0].contains("1–101") && merged[0].contains("101 copies"), "\(merged[0])")
        #expect(merged[59].contains("5960–6001"), "\(merged[59])")
        #expect(lines(try PageTimeline(trace, steps: 1_000...1_199)).count == 200)
    }

    @Test("no line is wider than asked for where the words allow it", arguments: [72, 80, 100, 160])
    func widths(width: Int) throws {
        for trace in [try Self.trace(), Self.longTrace(steps: 50, totalBlocks: 400)] {
            let text = try PageTimeline(trace).text(width: width, showsTables: true)
            let widest = text.split(separator: "\n").filter { !$0.contains("(") }.map(\.count).max() ?? 0
            #expect(widest <= width, "\(text)")
        }
    }

    @Test("in a pool that is hardly used the bar shows its beginning and says so")
    func hardlyUsed() throws {
        let text = try PageTimeline(Self.longTrace(steps: 3, totalBlocks: 100_000)).text()
        #expect(text.contains("a cell is 1 block, the bar ends at 25 of 100000"), "\(text)")
        #expect(text.contains(" ▒▒▒···"), "\(text)")
    }

    @Test("texts of the file reach the terminal without control characters, and not at any length")
    func hostileTexts() throws {
        var trace = try Self.trace()
        var step = trace.steps[2]
        step.preemptions[0].reason = "\u{1B}[31m" + String(repeating: "x", count: 4_000)
        trace = PageTrace(
            header: PageTrace.Header(model: "\u{1B}]0;a\u{7}\n", blockSize: 16, totalBlocks: 8), steps: [step])
        let text = try PageTimeline(trace).text()
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 } && text.count < 2_000)
    }
}
