import LabModel
import LabWire

/// Device types, and where their values come from.
struct DeviceTypeView {
    var style: TextStyle

    /// - Parameter showsBoards: whether it is known how many boards there are.
    func table(_ list: DeviceTypeList, showsBoards: Bool = true) -> [String] {
        guard !list.deviceTypes.isEmpty else { return ["no device types"] }
        let boards = showsBoards ? [Table.Column("BOARDS", isNumber: true)] : []
        var table = Table([.init("TYPE")] + boards + [.init("DESCRIPTION", minimum: 16, leaves: 1)])
        table.rows = list.deviceTypes.map { type in
            [.init(type.name)] + (showsBoards ? [.init(String(type.boards))] : []) + [.init(type.description)]
        }
        return table.lines(in: style)
    }

    func details(_ type: DeviceTypeInfo) -> [String] {
        [style.paint(SafeText.line(type.name), .bold) + "  " + SafeText.line(type.description)]
            + tree(type.profile, indent: 1)
    }

    /// The layers from the most general to the most special, with a mark at the one that holds.
    func explanation(_ explanation: Explanation) -> [String] {
        let value = SafeText.line(LogView.plainText(explanation.value))
        var table = Table([.init(""), .init("LAYER"), .init("PLACE", minimum: 12), .init("VALUE", minimum: 16)])
        table.rows = explanation.layers.map { layer in
            let place = [layer.file, layer.line.map(String.init)].compactMap { $0 }.joined(separator: ":")
            return [
                .init(layer.wins ? "*" : "", .green), .init(layer.layer), .init(place.isEmpty ? "-" : place),
                .init(LogView.plainText(layer.value), layer.wins ? .plain : .dim),
            ]
        }
        let head = "\(style.paint(SafeText.line(explanation.key), .bold)) = \(value)"
        return explanation.layers.isEmpty ? [head, "no layer sets it"] : [head] + table.lines(in: style)
    }

    private func tree(_ value: DataValue, indent: Int) -> [String] {
        let margin = String(repeating: "  ", count: indent)
        switch value {
        case .map(let members):
            return members.sorted { $0.key < $1.key }.flatMap { key, value -> [String] in
                let name = margin + style.paint(SafeText.line(key) + ":", .dim)
                if Self.isLeaf(value) { return [name + " " + leaf(value)] }
                return [name] + tree(value, indent: indent + 1)
            }
        case .list(let elements):
            return elements.flatMap { element in
                Self.isLeaf(element)
                    ? [margin + "- " + leaf(element)] : [margin + "-"] + tree(element, indent: indent + 1)
            }
        default: return [margin + leaf(value)]
        }
    }

    private static func isLeaf(_ value: DataValue) -> Bool {
        switch value {
        case .map(let members): members.isEmpty
        case .list(let elements): elements.isEmpty
        default: true
        }
    }

    private func leaf(_ value: DataValue) -> String {
        switch value {
        case .null: "-"
        case .map: "{}"
        case .list: "[]"
        default: SafeText.line(LogView.plainText(value))
        }
    }
}
