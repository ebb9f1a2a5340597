/// Groups of bars, each of which may have a mark at the height that somebody else reports.
public struct BarChart: Sendable {
    /// Bars of one colour, one in each group.
    public struct Series: Sendable {
        public let name: String
        /// One per group; `nil`, and what is no number below a billion, has no bar.
        public let values: [Double?]
        /// Heights of the marks, one per group, or none at all.
        public let marks: [Double?]

        public init(name: String, values: [Double?], marks: [Double?] = []) {
            self.name = name
            self.values = values
            self.marks = marks
        }
    }

    public let title: String
    public let subtitle: String
    /// Names of the groups, from the left.
    public let groups: [String]
    public let series: [Series]
    /// What stands behind every value.
    public let unit: String
    /// What the marks are, for the legend; `nil` where there are none.
    public let markName: String?

    public init(
        title: String, subtitle: String = "", groups: [String], series: [Series], unit: String = "%",
        markName: String? = nil
    ) {
        self.title = title
        self.subtitle = subtitle
        self.groups = groups
        self.series = series
        self.unit = unit
        self.markName = markName
    }

    func value(_ series: Int, _ group: Int) -> Double? { Self.height(self.series[series].values, group) }
    func mark(_ series: Int, _ group: Int) -> Double? { Self.height(self.series[series].marks, group) }

    /// Heights begin at 0: a bar chart with another ground misleads.
    private static func height(_ values: [Double?], _ group: Int) -> Double? {
        guard values.indices.contains(group), let value = values[group], value.isFinite, value < 1e9 else { return nil }
        return max(0, value)
    }

    /// The tallest bar or mark.
    var tallest: Double {
        let all = series.indices.flatMap { series in
            groups.indices.flatMap { [value(series, $0), mark(series, $0)].compactMap { $0 } }
        }
        return all.max() ?? 0
    }
}
