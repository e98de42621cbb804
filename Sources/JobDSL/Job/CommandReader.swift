import LabModel

/// Reads a `command` block.
struct CommandReader {
    let reading: JobReading

    func read(_ map: MapReader) -> Action? {
        guard let name = map.requiredText("name") else { return nil }
        if LavaVocabulary.otherBuiltinCommands.contains(name) {
            reading.doesNotRun("command `\(name)`", at: map.position(of: "name"))
            return .unsupported(kind: "command", method: name)
        }
        return .command(CommandAction(name: name))
    }
}
