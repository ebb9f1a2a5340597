import Foundation

/// The moment that `strftime_now` shows: date and time of day, without a zone.
public struct TemplateTime: Hashable, Sendable {
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int
    public let hour: Int
    public let minute: Int
    public let second: Int
    public let microsecond: Int

    /// `nil` where there is no such moment, or its year is not 1 to 9999.
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0)
    {
        guard (1...9_999).contains(year), (1...12).contains(month), (1...Self.days(in: month, year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second),
            (0...999_999).contains(microsecond)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.microsecond = microsecond
    }

    /// Reads `2024-07-26`, `2024-07-26 12:00`, `2024-07-26T12:00:00` or `2024-07-26 12:00:00.25`.
    public init?(_ text: String) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == " " || $0 == "T" }
        guard let first = parts.first, let date = Self.numbers(first, by: "-"), date.count == 3 else { return nil }
        guard parts.count > 1 else {
            self.init(year: date[0], month: date[1], day: date[2])
            return
        }
        let time = parts[1].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let clock = Self.numbers(time[0], by: ":"), (2...3).contains(clock.count) else { return nil }
        let fraction = time.count > 1 ? time[1] : "0"
        guard let digits = Self.numbers(fraction, by: ":")?.first, fraction.count <= 6 else { return nil }
        let microsecond = (fraction.count..<6).reduce(digits) { value, _ in value * 10 }
        self.init(
            year: date[0], month: date[1], day: date[2], hour: clock[0], minute: clock[1],
            second: clock.count > 2 ? clock[2] : 0, microsecond: microsecond)
    }

    private static func numbers(_ text: Substring, by separator: Character) -> [Int]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.allSatisfy(\.isASCII) && part.allSatisfy(\.isNumber) ? Int(part) : nil
        }
        return numbers.count == parts.count ? numbers : nil
    }

    /// The local time now.
    public static var now: TemplateTime {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .nanosecond], from: Date())
        return TemplateTime(
            year: parts.year ?? 1, month: parts.month ?? 1, day: parts.day ?? 1, hour: parts.hour ?? 0,
            minute: parts.minute ?? 0, second: parts.second ?? 0, microsecond: (parts.nanosecond ?? 0) / 1_000)
            ?? epoch
    }

    private static let epoch = TemplateTime(year: 1, month: 1, day: 1, isValid: ())

    private init(year: Int, month: Int, day: Int, isValid: Void) {
        self.year = year
        self.month = month
        self.day = day
        (hour, minute, second, microsecond) = (0, 0, 0, 0)
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func days(in month: Int, _ year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// From 1.
    var dayOfYear: Int { (1..<month).reduce(day) { $0 + Self.days(in: $1, year) } }

    /// Days since the year 1 began.
    private var ordinal: Int { (year - 1) * 365 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + dayOfYear }

    /// 0 for Sunday.
    var weekday: Int { ordinal % 7 }
}
