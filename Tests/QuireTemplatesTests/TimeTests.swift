import QuireTemplates
import Testing

@Suite("The time that templates see")
struct TimeTests {
    @Test("texts of dates and times are read, and what is none is not")
    func parsing() {
        #expect(TemplateTime("2024-07-26") == TemplateTime(year: 2024, month: 7, day: 26))
        #expect(TemplateTime("2024-07-26 12:30") == TemplateTime(year: 2024, month: 7, day: 26, hour: 12, minute: 30))
        #expect(
            TemplateTime("2024-02-29T01:02:03.5")
                == TemplateTime(year: 2024, month: 2, day: 29, hour: 1, minute: 2, second: 3, microsecond: 500_000))
        for text in [
            "", "2024", "2023-02-29", "2024-13-01", "2024-01-01 25:00", "now", "2024-07-26 12", "2024-07-26 12:00:00.",
            "a-b-c",
        ] {
            #expect(TemplateTime(text) == nil, "\(text)")
        }
    }

    @Test("weeks and days of the year are right at the turn of years")
    func turns() throws {
        func format(_ date: String) throws -> String {
            let template = try ChatTemplate(source: "{{ strftime_now('%a %j %U %W %V %G') }}")
            return try template.render([:], now: try #require(TemplateTime(date)))
        }
        #expect(try format("2021-01-03") == "Sun 003 01 00 53 2020")
        #expect(try format("2020-12-31") == "Thu 366 52 52 53 2020")
        #expect(try format("2024-12-30") == "Mon 365 52 53 01 2025")
        #expect(try format("2023-01-01") == "Sun 001 01 00 52 2022")
    }

    @Test("without a time given, the local one is shown")
    func now() throws {
        let year = try ChatTemplate(source: "{{ strftime_now('%Y') }}").render([:])
        #expect(Int(year) ?? 0 >= 2024)
    }
}
