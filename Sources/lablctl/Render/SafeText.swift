/// What boards and jobs say, made safe for a terminal.
enum SafeText {
    /// `text` without escape sequences and control characters; a tab stays, and other white space becomes a space.
    static func line(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var state = State.text
        for scalar in text.unicodeScalars {
            switch state {
            case .text:
                if scalar == "\u{1B}" { state = .escape } else if let shown = shown(scalar) { kept.append(shown) }
            case .escape:
                // ECMA-48: CSI is ESC [, OSC is ESC ]; any other escape ends with its next character.
                state = scalar == "[" ? .control : scalar == "]" ? .command : .text
            case .control:
                if ("@"..."~").contains(scalar) { state = .text }
            case .command:
                if scalar == "\u{7}" { state = .text } else if scalar == "\u{1B}" { state = .escape }
            }
        }
        return String(kept)
    }

    private enum State {
        case text, escape, control, command
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x09: scalar
        case 0x0A, 0x0B, 0x0C, 0x2028, 0x2029: " "
        // Controls, and the marks that turn the direction of what follows.
        case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: nil
        default: scalar
        }
    }
}
