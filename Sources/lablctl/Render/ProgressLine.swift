/// One line of a terminal that changes; nothing where there is no terminal.
struct ProgressLine {
    private let output = Output.progress()
    private var shown = ""

    /// Shows `text` instead of what was there.
    mutating func show(_ text: String) {
        guard output.isTerminal, text != shown else { return }
        shown = text
        // ECMA-48, 8.3.41: erases to the end of the line.
        output.write(Array("\r\(output.style.fitted(text, to: (output.style.width ?? 80) - 1))\u{1B}[K".utf8))
    }

    /// Leaves the line empty.
    mutating func clear() {
        guard !shown.isEmpty else { return }
        shown = ""
        output.write(Array("\r\u{1B}[K".utf8))
    }
}
