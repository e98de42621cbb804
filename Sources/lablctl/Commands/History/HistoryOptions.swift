import ArgumentParser
import LabModel

/// What narrows a look back down.
struct HistoryFilters: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only this suite, such as smoke or 0_smoke.", valueName: "name"))
    var suite: String?

    @Option(name: .long, help: ArgumentHelp("Only this device type.", valueName: "name"))
    var type: String?

    @Option(name: .long, help: ArgumentHelp("Only jobs of this name.", valueName: "name"))
    var job: String?

    var query: [(String, String?)] { [("suite", suite), ("type", type), ("job", job)] }
}

/// How far back changes are looked for.
struct SinceOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Changes of the last so much time: 12h, 7d, 4w.", valueName: "time"))
    var since = "7d"

    @Option(name: .long, help: "At most so many.")
    var limit = 50

    func validate() throws {
        if Self.seconds(since) == nil {
            throw ValidationError("--since takes a number with m, h, d or w, such as 12h or 7d, up to ten years")
        }
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    var query: [(String, String?)] { [("within", Self.seconds(since).map(String.init)), ("limit", String(limit))] }

    /// `7d` in seconds; nil for anything else.
    static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count > 0 else {
            return nil
        }
        let (seconds, isTooLarge) = count.multipliedReportingOverflow(by: unit)
        return isTooLarge || seconds > 3650 * 86_400 ? nil : seconds
    }
}

extension LabClient {
    /// A path below the API's root with the parameters that have a value.
    static func target(_ path: String, _ query: [(String, String?)]) -> String {
        let given = query.compactMap { name, value in value.map { "\(name)=\(Endpoint.percentEncoded($0))" } }
        return "\(root)/\(path)" + (given.isEmpty ? "" : "?" + given.joined(separator: "&"))
    }
}
