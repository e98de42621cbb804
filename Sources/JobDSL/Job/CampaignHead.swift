import LabModel

/// What every campaign of power cuts says first: its name, the update, how the board shows that it is back, and the
/// versions. Whatever is missing has been found fault with; the rest of the block is still worth reading.
struct CampaignHead {
    var name: String
    var run: String?
    var alive: PowerCutAction.Alive?
    var oldVersion: String?
    var newVersion: String?

    init(_ map: MapReader, _ keys: PowerCutReader, _ findings: Findings) {
        name = map.string("name") ?? "power-cut"
        keys.checkWord(name, at: map.position(of: "name"))
        run = keys.command(map, "start")
        alive = map.required("alive").flatMap { keys.alive($0) }
        let versions = map.required("versions").flatMap { MapReader($0, "`versions`", findings) }
        oldVersion = versions?.string("old")
        newVersion = versions?.requiredText("new")
        versions?.finish(unknown: .error)
    }

    /// Whether a campaign can be made of it.
    var isWhole: Bool { run != nil && alive != nil && newVersion != nil }
}
