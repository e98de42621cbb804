import JobDSL

/// The lines that are typed at a boot loader.
struct BootCommandView {
    var style: TextStyle
    var showsPlaces: Bool
    /// Files below this are named from there; with a slash at its end.
    var folder: String

    func lines(for result: BootCommandRendering.Result, showsTitle: Bool) -> [String] {
        let title = showsTitle ? [style.paint("\(result.bootloader) \(result.set)", .bold)] : []
        let width = min(72, result.lines.map(\.text.count).max() ?? 0)
        var lines = title + result.lines.flatMap { self.lines(for: $0, width: width) }
        if let line = result.commandLine {
            lines += [style.paint("command line of the kernel, served as {CMDLINE}:", .dim)]
            lines += self.lines(for: line, width: width)
        }
        return lines
    }

    private func lines(for line: BootCommandRendering.Line, width: Int) -> [String] {
        let text = SafeText.line(line.text)
        let shown = line.leftOut.map { style.paint("# not typed: \(text)  (\($0))", .dim) } ?? text
        guard showsPlaces else { return [shown] }
        let used = line.source.variables.map { "\($0.name): \(place($0.place))" }
        let margin = style.paint("    # ", .dim)
        let own = margin + style.paint(place(line.source.place), .dim)
        return [shown, own] + used.map { margin + style.paint("  " + $0, .dim) }
    }

    private func place(_ place: BootCommandLine.Place) -> String {
        guard let file = place.file, let line = place.line else { return place.layer }
        let near = file.hasPrefix(folder) ? String(file.dropFirst(folder.count)) : file
        return "\(SafeText.line(near)):\(line)"
    }
}
