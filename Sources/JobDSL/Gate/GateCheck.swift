import LabModel

/// Holds a tree against rules of the gate.
struct GateCheck {
    let findings: Findings

    func check(_ node: YAMLNode, _ rule: GateRule, _ what: @autoclosure () -> String) {
        switch rule {
        case .anything: break
        case .text, .wholeNumber, .truth, .nothing, .word, .name: checkScalar(node, rule, what)
        case .list: if node.elements == nil { refuse(node, what(), needs: "a list") }
        case .mapping: if node.entries == nil { refuse(node, what(), needs: "a mapping") }
        case .listOf(let rule):
            guard let elements = node.elements else { return refuse(node, what(), needs: "a list") }
            for element in elements { check(element, rule, "an entry of \(what())") }
        case .mapOf(let keys, let rule):
            guard let entries = node.entries else { return refuse(node, what(), needs: "a mapping") }
            for entry in entries {
                checkKey(entry, keys, what)
                check(entry.value, rule, named(entry))
            }
        case .map(let map): check(node, map, what)
        case .either(let alternatives, let words):
            if !alternatives.contains(where: { accepts(node, $0) }) { refuse(node, what(), needs: words) }
        }
    }

    func accepts(_ node: YAMLNode, _ rule: GateRule) -> Bool {
        let trial = Findings(limit: 1)
        GateCheck(findings: trial).check(node, rule, "")
        return !trial.hasErrors
    }

    private func check(_ node: YAMLNode, _ map: GateMap, _ what: () -> String) {
        guard let entries = node.entries else { return refuse(node, what(), needs: "a mapping") }
        for entry in entries {
            if let rule = map.rules[entry.key] {
                check(entry.value, rule, named(entry))
            } else if !map.isOpen {
                findings.error(
                    at: entry.keyPosition, "\(named(entry)) is not a key of \(what())",
                    suggestion: findings.suggestion(for: entry.key, among: map.rules.keys.sorted()))
            }
        }
        for key in map.required where node[key] == nil {
            findings.error(at: node.position, "\(what()) needs `\(key)`")
        }
        let rivals = map.exclusive.isEmpty ? [] : entries.filter { map.exclusive.contains($0.key) }
        if rivals.count > 1 {
            findings.error(
                at: rivals[1].keyPosition,
                "\(what()) takes only one of \(rivals.map { "`\($0.key)`" }.joined(separator: ", "))")
        }
    }

    private func checkScalar(_ node: YAMLNode, _ rule: GateRule, _ what: () -> String) {
        guard let scalar = node.scalar else { return refuse(node, what(), needs: inWords(rule)) }
        let type = scalar.style == .text ? .text : ImpliedType.of(scalar.text)
        switch rule {
        case .text:
            if type != .text { refuse(node, what(), needs: "text", because: type) }
        case .wholeNumber:
            if type != .int, type != .bool { refuse(node, what(), needs: inWords(rule), because: type) }
        case .truth:
            if type != .bool { refuse(node, what(), needs: inWords(rule), because: type) }
        case .nothing:
            if type != .null { refuse(node, what(), needs: inWords(rule), because: type) }
        case .word(let words):
            guard type != .text || !words.contains(scalar.text) else { return }
            findings.unknownWord(scalar.text, at: node.position, what(), words: words)
        default:
            guard type != .text || scalar.text.isEmpty || !scalar.text.utf8.allSatisfy(isNameByte) else { return }
            findings.error(
                at: node.position, "`\(node.excerpt)` cannot be \(what())",
                suggestion: "use letters, digits, `_` and `-`, in quotes when there are only digits")
        }
    }

    private func checkKey(_ entry: YAMLEntry, _ keys: GateKeys, _ what: () -> String) {
        let type = entry.keyStyle == .text ? .text : ImpliedType.of(entry.key)
        let isTaken: Bool
        switch keys {
        case .text: isTaken = type == .text
        case .textOrWholeNumber: isTaken = type == .text || type == .int || type == .bool
        case .actionName:
            // LAVA looks at the key's text as its own language prints it: `on` has become `True`.
            isTaken = type == .text && !entry.key.isEmpty && entry.key.utf8.allSatisfy(isActionByte)
        }
        guard !isTaken else { return }
        findings.error(
            at: entry.keyPosition, "\(named(entry)) cannot be a key of \(what())",
            suggestion: keys == .actionName ? "names of actions have lower-case letters and `-`" : "put it in quotes")
    }

    private func refuse(_ node: YAMLNode, _ what: String, needs: String, because type: ImpliedType = .text) {
        guard type != .text, type != .null else { return findings.mismatch(node, what, needs: needs) }
        findings.error(
            at: node.position, "\(what) needs \(needs), but YAML reads `\(node.excerpt)` as \(type.inWords)",
            suggestion: needs == "text" ? "put it in quotes" : nil)
    }

    private func inWords(_ rule: GateRule) -> String {
        switch rule {
        case .wholeNumber: "a whole number"
        case .truth: "true or false"
        case .nothing: "nothing"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        default: "text"
        }
    }

    private func named(_ entry: YAMLEntry) -> String { "`\(cutExcerpt(entry.key))`" }

    private func isNameByte(_ byte: UInt8) -> Bool {
        isActionByte(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }

    private func isActionByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
    }
}
