import Foundation
import Quire

extension LoadReport {
    /// The latencies as curves: how many percent of the values are at most so long.
    public var svg: String {
        let curves = latencies
        let width = 760.0
        let panelHeight = 190.0
        var document = SVGDocument(
            width: width, height: 64 + panelHeight * Double(curves.count),
            label: "Latencies of \(completed.count) requests to \(model)")
        document.add(
            "text", ["x": 24, "y": 28, "font-size": 16, "font-weight": "600", "fill": "#1a1a1a"],
            text: "\(model): \(completed.count) requests, \(SVGDocument.written(outputThroughput)) tokens/s")
        document.add(
            "text", ["x": 24, "y": 48, "fill": "#595959"],
            text: "Share of values that are at most so long; \(failures.count) requests failed")
        for (index, curve) in curves.enumerated() {
            let panel = CurvePanel(
                title: curve.title, values: curve.values, left: 56, top: 64 + panelHeight * Double(index) + 24,
                width: width - 90, height: panelHeight - 64)
            panel.draw(in: &document)
        }
        return document.text
    }
}

/// One distribution as a curve on a logarithmic axis of milliseconds.
private struct CurvePanel {
    let title: String
    let values: [Double]
    let left: Double
    let top: Double
    let width: Double
    let height: Double

    private static let quantiles: [Double] = (0...200).map { Double($0) / 2 }
    private static let least = 0.01

    func draw(in document: inout SVGDocument) {
        let percentiles = Percentiles(values)
        let points = Self.quantiles.map { (time: max(Self.least, percentiles[$0]), share: $0) }
        let low = floor(log10(points[0].time))
        let high = max(low + 1, ceil(log10(points[points.count - 1].time)))
        func x(_ time: Double) -> Double { left + width * (log10(time) - low) / (high - low) }
        func y(_ share: Double) -> Double { top + height * (1 - share / 100) }
        document.add(
            "text", ["x": .number(left), "y": .number(top - 8), "font-weight": "600", "fill": "#1a1a1a"],
            text: "\(title): median \(Self.text(percentiles[50])), 99 % within \(Self.text(percentiles[99]))")
        for share in [0.0, 50, 100] {
            document.add(
                "line",
                [
                    "x1": .number(left), "x2": .number(left + width), "y1": .number(y(share)), "y2": .number(y(share)),
                    "stroke": "#d9d9d9",
                ])
            document.add(
                "text",
                ["x": .number(left - 8), "y": .number(y(share) + 4), "text-anchor": "end", "fill": "#595959"],
                text: "\(Int(share)) %")
        }
        for power in stride(from: low, through: high, by: 1) {
            let place = x(pow(10, power))
            document.add(
                "line",
                [
                    "x1": .number(place), "x2": .number(place), "y1": .number(top), "y2": .number(top + height),
                    "stroke": "#ececec",
                ])
            document.add(
                "text",
                ["x": .number(place), "y": .number(top + height + 18), "text-anchor": "middle", "fill": "#595959"],
                text: Self.text(pow(10, power)))
        }
        let path = points.map { "\(SVGDocument.written(x($0.time))),\(SVGDocument.written(y($0.share)))" }
        document.add(
            "polyline",
            ["points": .text(path.joined(separator: " ")), "fill": "none", "stroke": "#1f5fa8", "stroke-width": 2])
    }

    private static func text(_ milliseconds: Double) -> String {
        milliseconds >= 1_000
            ? "\(SVGDocument.written(milliseconds / 1_000)) s" : "\(SVGDocument.written(milliseconds)) ms"
    }
}
