import Foundation
import Quire
import Testing

@Suite("Bar charts")
struct BarChartTests {
    static let chart = BarChart(
        title: "Blocks saved by sharing <n>", subtitle: "16 tokens per block", groups: ["n = 2", "n = 4"],
        series: [
            BarChart.Series(name: "Alpaca", values: [10, 20], marks: [12, nil]),
            BarChart.Series(name: "ShareGPT", values: [30, 40.04], marks: [28, 44]),
        ], markName: "published")

    @Test("bars are as high as their values, from a common ground")
    func heights() throws {
        let elements = try SVGElements(Self.chart.svg)
        let bars = [
            "Alpaca, n = 2: 10.0 %", "Alpaca, n = 4: 20.0 %", "ShareGPT, n = 2: 30.0 %", "ShareGPT, n = 4: 40.0 %",
        ]
        .compactMap { elements.hinting($0).first }
        #expect(bars.count == 4)
        let heights = bars.map { $0.number("height") }
        #expect(abs(heights[1] / heights[0] - 2) < 0.01 && abs(heights[2] / heights[0] - 3) < 0.01)
        for bar in bars {
            #expect(abs(bar.number("y") + bar.number("height") - bars[0].number("y") - heights[0]) < 0.02)
        }
        #expect(bars[0].fill == bars[1].fill && bars[0].fill != bars[2].fill)
        // Groups from the left, and no bar over another.
        let lefts = [bars[0], bars[2], bars[1], bars[3]].map { $0.number("x") }
        #expect(zip(lefts, lefts.dropFirst()).allSatisfy { $0 + bars[0].number("width") <= $1 })
    }

    @Test("marks lie at their values, and the legend says whose they are")
    func marks() throws {
        let elements = try SVGElements(Self.chart.svg)
        let bar = try #require(elements.hinting("Alpaca, n = 2").first)
        let mark = try #require(elements.hinting("published: 12 %").first)
        let ground = bar.number("y") + bar.number("height")
        #expect(abs((ground - mark.number("y1")) / bar.number("height") - 1.2) < 0.01)
        #expect(mark.number("x1") < bar.number("x") && mark.number("y1") == mark.number("y2"))
        #expect(elements.hinting("published").map(\.hint).filter { $0.hasSuffix("44 %") }.count >= 1)
        #expect(elements.texts.contains("published") && elements.texts.contains("ShareGPT"))
        #expect(elements.texts.contains("Blocks saved by sharing <n>"))
    }

    @Test("values that are missing, negative or no numbers, and charts without any, are drawn without them")
    func oddValues() throws {
        let odd = BarChart(
            title: "odd", groups: ["a", "b", "c"],
            series: [BarChart.Series(name: "s", values: [.nan, -5, nil], marks: [.infinity])], markName: "m")
        let elements = try SVGElements(odd.svg)
        #expect(elements.hinting("s, ").map(\.hint) == ["s, b: 0.0 %"])
        _ = try SVGElements(BarChart(title: "", groups: [], series: []).svg)
        _ = try SVGElements(
            BarChart(title: "", groups: ["a"], series: [BarChart.Series(name: "s", values: [1e300])]).svg)
    }

    @Test(
        "numbers have two decimals at most and need no locale",
        arguments: [
            (0.0, "0"), (3, "3"), (-0.001, "0"), (2.5, "2.5"), (-1.25, "-1.25"), (0.05, "0.05"), (1e300, "0"),
            (.nan, "0"),
        ])
    func numbers(value: Double, text: String) { #expect(SVGDocument.written(value) == text) }

    @Test(
        "marks along an axis are round numbers",
        arguments: [
            (66.3, 6, 20.0), (100, 5, 20), (7, 10, 1), (0.3, 5, 0.1), (1_279, 12, 200), (0, 5, 1), (.infinity, 5, 1),
        ])
    func ticks(span: Double, count: Int, step: Double) {
        #expect(abs(Ticks.step(upTo: span, count: count) - step) < 1e-12)
    }
}
