import LabModel

/// Reads a `command` block.
struct CommandReader {
    let reading: JobReading

    func read(_ map: MapReader) -> Action? {
        guard let name = map.requiredText("name") else { return nil }
        guard LavaVocabulary.commandsThatRun.contains(name) else {
            // LAVA's other built-ins and the user commands of a device type.
            reading.doesNotRun("command `\(cutExcerpt(name))`", at: map.position(of: "name"))
            return .unsupported(kind: "command", method: name)
        }
        return .command(CommandAction(name: name))
    }
}
