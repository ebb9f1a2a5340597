import Foundation
import Quire
import Testing

@Suite("The page timeline as a picture")
struct PagePictureTests {
    @Test("each block has a run per holder, pale where it is in one sequence and strong where it is shared")
    func runs() throws {
        let elements = try SVGElements(PageTimeline(PageTimelineTests.trace()).svg)
        // Block 0 is shared until its other holders go; request 0 is the first of them.
        let first = elements.hinting("block 0,").sorted { $0.number("x") < $1.number("x") }
        #expect(
            first.map(\.hint) == [
                "block 0, steps 1–2: request 0, shared, 3 references at most", "block 0, step 3: request 0",
            ])
        #expect(first.map(\.fill) == [Palette.strong(0), Palette.pale(0)])
        #expect(first[0].number("width") == 2 * first[1].number("width"))
        #expect(elements.hinting("block 1,").map(\.hint) == ["block 1, steps 1–3: request 0"])
        #expect(elements.hinting("block 2,").map(\.fill) == [Palette.pale(1)])
        #expect(elements.hinting("block 3,").map(\.hint) == ["block 3, step 2: request 1"])
        #expect(elements.hinting("block 4,").isEmpty, "free blocks are not drawn")
    }

    @Test("rows lie above each other, and columns follow the steps")
    func places() throws {
        let elements = try SVGElements(PageTimeline(PageTimelineTests.trace()).svg)
        let rows = (0..<4).compactMap { elements.hinting("block \($0),").first }
        #expect(rows.count == 4)
        for (lower, upper) in zip(rows, rows.dropFirst()) { #expect(upper.number("y") < lower.number("y")) }
        #expect(rows[3].number("x") == rows[1].number("x") + rows[3].number("width"))
        #expect(rows[1].number("width") == 3 * rows[3].number("width"))
    }

    @Test("events have their marks, title and legend name what is drawn, and the ground is white")
    func events() throws {
        let elements = try SVGElements(PageTimeline(PageTimelineTests.trace()).svg)
        for hint in [
            "step 1: request 1 begins with 16 cached tokens", "step 2: copy 2→3", "step 2: evict 7",
            "step 3: preempt request 1: request 0 needs 1 block and 0 are free",
        ] {
            #expect(elements.hinting(hint).count == 1, "\(hint)")
        }
        let texts = elements.texts
        #expect(texts.contains("Pages of the KV cache: tiny, 8 blocks of 16 tokens"))
        for text in ["request 0", "1", "step", "block (of 8)", "copies", "evictions", "preemptions"] {
            #expect(texts.contains(text), "\(text)")
        }
        let ground = try #require(elements.named("rect").first)
        #expect(ground.fill == "#ffffff" && ground.number("width") == elements.all[0].number("width"))
    }

    @Test("a hostile name stays text")
    func escaping() throws {
        let name = "</text><script>\"&'\u{0}\u{FFFE}"
        let header = PageTrace.Header(model: name, blockSize: 16, totalBlocks: 8)
        let elements = try SVGElements(
            PageTimeline(PageTrace(header: header, steps: PageTimelineTests.trace().steps)).svg)
        #expect(elements.named("script").isEmpty)
        #expect(elements.texts.contains { $0.contains("</text><script>\"&'") })
    }

    @Test("large traces are drawn in 600 rows and columns at most, and few rectangles")
    func downsampling() throws {
        let trace = PageTimelineTests.longTrace(steps: 700, totalBlocks: 620)
        let grid = PageGrid(trace.steps)
        #expect(grid.stepsPerColumn == 2 && grid.columns == 350 && grid.blocksPerRow == 2 && grid.rows == 310)
        #expect(grid.runs.count == 310, "each row is one run from its first block to the end")
        #expect(grid.runs.allSatisfy { $0.columns.upperBound == 350 && $0.holder.request == 0 })
        let elements = try SVGElements(PageTimeline(trace).svg)
        #expect(elements.hinting("request 0").count == 310)
        #expect(elements.all[0].number("height") < 900)
    }

    @Test("a trace without steps, without blocks in use, and one whose tables lack a block are drawn")
    func oddTraces() throws {
        let header = PageTrace.Header(model: "odd", blockSize: 16, totalBlocks: 1 << 24)
        func svg(_ steps: [PageTrace.Step]) throws -> SVGElements {
            try SVGElements(PageTimeline(PageTrace(header: header, steps: steps)).svg)
        }
        #expect(try svg([]).texts.contains("no steps"))
        #expect(try svg([PageTrace.Step(number: 4)]).texts.contains("4"))
        var step = PageTrace.Step(number: 1)
        step.references = [PageTrace.Reference(block: (1 << 24) - 1, count: 2)]
        #expect(try svg([step]).hinting("no sequence").map(\.fill) == [Palette.grey])
    }
}
