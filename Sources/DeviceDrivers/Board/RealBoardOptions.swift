import LabModel

/// The options of a real board, checked. Keys stand in quotes in every message, so that the configuration's reader can
/// point at them.
struct RealBoardOptions {
    struct Channel {
        var device: String
        var channel: Int
        var isInverted: Bool
        var time: Duration?
    }

    var rails: [Channel]
    var lines: [String: Channel]
    var plan: PowerEvidencePlan
    /// A terminal; nil for a board without one.
    var console: String?

    /// - Throws: `configuration`.
    init(_ options: DataValue, board: BoardName) throws(Failure) {
        let reader = OptionReader(board: board)
        let root = try reader.map(options, "options", keys: ["power", "lines", "console"])
        guard let power = root["power"] else {
            throw reader.failure("'power' is missing: which device switches the board on and off?")
        }
        let (rails, plan) = try Self.power(power, reader)
        self.rails = rails
        self.plan = plan
        lines = [:]
        if let value = root["lines"] {
            for (name, line) in try reader.map(value, "lines") {
                lines[name] = try Self.channel(line, name, timeKey: "press", reader)
            }
        }
        console = nil
        if let value = root["console"] {
            let map = try reader.map(value, "console", keys: ["device"])
            guard let path = map["device"]?.string, path.hasPrefix("/") else {
                throw reader.failure("'device' of 'console' needs the absolute path of a terminal")
            }
            console = path
        }
    }

    private static func power(
        _ value: DataValue, _ reader: OptionReader
    ) throws(Failure) -> ([Channel], PowerEvidencePlan) {
        var plan = PowerEvidencePlan()
        // One switch is written without a list of rails.
        if let map = value.map, map["rails"] == nil {
            var own = map
            let shared = try Self.plan(from: &own, into: &plan, reader)
            return ([try channel(.map(own), "power", timeKey: "settle", reader)], shared)
        }
        var map = try reader.map(value, "power")
        let rails = map.removeValue(forKey: "rails")?.list ?? []
        let shared = try Self.plan(from: &map, into: &plan, reader)
        if let key = map.keys.sorted().first { throw reader.failure("'\(key)' has no meaning beside 'rails'") }
        guard (1...16).contains(rails.count) else { throw reader.failure("'rails' needs 1 to 16 rails") }
        var channels: [Channel] = []
        for rail in rails { channels.append(try channel(rail, "rails", timeKey: "settle", reader)) }
        return (channels, shared)
    }

    /// Takes what is about verification out of `map`.
    private static func plan(
        from map: inout [String: DataValue], into plan: inout PowerEvidencePlan, _ reader: OptionReader
    ) throws(Failure) -> PowerEvidencePlan {
        if let value = map.removeValue(forKey: "discharge") { plan.discharge = try reader.duration(value, "discharge") }
        guard let value = map.removeValue(forKey: "verify") else { return plan }
        let keys = ["console", "silence", "usb", "usb_within", "watts", "retries"]
        let verify = try reader.map(value, "verify", keys: keys)
        if let value = verify["console"] {
            guard let isWatched = value.bool else { throw reader.failure("'console' needs true or false") }
            plan.watchesConsole = isWatched
        }
        if let value = verify["silence"] { plan.silence = try reader.duration(value, "silence") }
        if let value = verify["usb_within"] { plan.usbWithin = try reader.duration(value, "usb_within") }
        if let value = verify["usb"] {
            let paths = value.list?.compactMap(\.string) ?? value.string.map { [$0] } ?? []
            guard (1...16).contains(paths.count), paths.allSatisfy(SysfsUSB.isPath) else {
                throw reader.failure("'usb' needs bus and ports of the board's USB devices, such as 1-4.2")
            }
            plan.usb = paths
        }
        if let value = verify["watts"] {
            guard let watts = value.double, watts > 0, watts < 10_000 else {
                throw reader.failure("'watts' needs the power between off and on, such as 0.5")
            }
            plan.watts = watts
        }
        if let value = verify["retries"] {
            guard let retries = value.integer, (0...10).contains(retries) else {
                throw reader.failure("'retries' needs a whole number from 0 to 10")
            }
            plan.retries = Int(retries)
        }
        return plan
    }

    private static func channel(
        _ value: DataValue, _ place: String, timeKey: String, _ reader: OptionReader
    ) throws(Failure) -> Channel {
        let map = try reader.map(value, place, keys: ["device", "channel", "inverted", timeKey])
        guard let device = map["device"]?.string else {
            throw reader.failure("'\(place)' needs 'device', the name of one of `devices`")
        }
        guard let number = map["channel"]?.integer, let channel = Int(exactly: number), channel >= 0 else {
            throw reader.failure("'\(place)' needs 'channel', as the device counts")
        }
        let inverted = map["inverted"] ?? false
        guard let isInverted = inverted.bool else { throw reader.failure("'inverted' needs true or false") }
        var result = Channel(device: device, channel: channel, isInverted: isInverted)
        if let time = map[timeKey] { result.time = try reader.duration(time, timeKey) }
        return result
    }
}

/// Reads values and names the board in every complaint.
struct OptionReader {
    let board: BoardName

    func failure(_ message: String) -> Failure { Failure(.configuration, message, at: board.rawValue) }

    func map(_ value: DataValue, _ place: String, keys: [String]? = nil) throws(Failure) -> [String: DataValue] {
        guard let map = value.map else { throw failure("'\(place)' needs a mapping") }
        if let keys, let key = map.keys.sorted().first(where: { !keys.contains($0) }) {
            throw failure("'\(place)' has no '\(key)'; it has \(keys.joined(separator: ", "))")
        }
        return map
    }

    func duration(_ value: DataValue, _ key: String) throws(Failure) -> Duration {
        guard let duration = DriverOptions.duration(value) else {
            throw failure("'\(key)' needs a duration such as 200ms, 2s or 1m")
        }
        return duration
    }
}
