import LabModel
import LabWire

/// What a person is asked about a new board, at most four questions, and what answers mean.
struct NewBoardQuestions {
    var types: [DeviceTypeSummary]
    var discovered: [DiscoveredDevice]

    // MARK: The type

    enum TypeAnswer: Hashable {
        case type(String)
        /// More than one fits.
        case choices([DeviceTypeSummary])
        case nothing

        static func == (left: TypeAnswer, right: TypeAnswer) -> Bool { left.names == right.names }
        func hash(into hasher: inout Hasher) { hasher.combine(names) }

        private var names: [String] {
            switch self {
            case .type(let name): [name]
            case .choices(let types): types.map(\.name) + [""]
            case .nothing: []
            }
        }
    }

    /// The type that an answer means: its name, or words of its name and description.
    func type(_ answer: String) -> TypeAnswer {
        if types.contains(where: { $0.name == answer }) { return .type(answer) }
        let found = types.filter { DeviceTypeSearch([answer]).matches($0.name, $0.description) }
        if found.isEmpty { return .nothing }
        return found.count == 1 ? .type(found[0].name) : .choices(found)
    }

    // MARK: The console

    /// Serial ports that are plugged in, in the order in which they are offered.
    var ports: [DiscoveredDevice] { discovered.filter { $0.kind == .serial } }

    /// The terminal that an answer means: a number of the list, a path, or nothing; nil when it is neither.
    func console(_ answer: String) -> String?? {
        if answer.isEmpty { return .some(nil) }
        if let number = Int(answer) {
            return ports.indices.contains(number - 1) ? .some(ports[number - 1].place) : nil
        }
        return answer.hasPrefix("/") ? .some(answer) : nil
    }

    // MARK: The power

    /// Devices of labd's configuration that are plugged in.
    var devices: [(name: String, title: String)] {
        var seen: Set<String> = []
        return discovered.flatMap { device in
            device.configured.filter { seen.insert($0).inserted }.map { ($0, device.title) }
        }
    }

    /// Switches that are plugged in and that the configuration does not name, with the entry for it.
    var strangers: [DiscoveredDevice] {
        discovered.filter { $0.configured.isEmpty && $0.isCertain && !$0.drivers.isEmpty && $0.entry != nil }
    }

    /// The switch that an answer means; nil when it means none.
    func power(_ answer: String) -> NewBoardFile.Power?? {
        if answer.isEmpty { return .some(nil) }
        return NewBoardFile.Power(answer).map { .some($0) }
    }
}
