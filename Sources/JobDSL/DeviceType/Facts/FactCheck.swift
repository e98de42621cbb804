import LabModel

/// Holds what device types say against `DeviceTypeFacts`.
struct FactCheck {
    enum Stage {
        /// One file, before its variables have values: what depends on them is left for later.
        case file
        /// A whole type with all values in it.
        case resolved
    }

    let stage: Stage
    let findings: Findings

    /// - Parameters:
    ///   - what: the place in words, such as "a device type".
    ///   - others: keys that are known besides, in messages.
    func check(_ entries: [YAMLEntry], of kind: FactKind, what: String, path: String = "", others: Set<String> = []) {
        for entry in entries {
            let key = MergeKey(entry.key)
            guard let inner = kind.inner(key.name) else {
                findings.error(
                    at: entry.keyPosition, "`\(cutExcerpt(entry.key))` is not a key of \(what)",
                    suggestion: findings.suggestion(for: key.name, among: kind.words + others.sorted()))
                continue
            }
            if key.operation != .replace, entry.value.elements == nil {
                findings.mismatch(entry.value, "`\(cutExcerpt(entry.key))`", needs: "a list")
            }
            let name = cutExcerpt(key.name)
            check(entry.value, is: inner, path: path.isEmpty ? name : "\(path).\(name)")
        }
    }

    private func check(_ node: YAMLNode, is kind: FactKind, path: String) {
        if stage == .file {
            if node.isConditional {
                for branch in Conditional(node, findings)?.branches ?? [] {
                    refuseExtensions(in: branch)
                    check(branch, is: kind, path: path)
                }
                return
            }
            // Null deletes what is inherited; a variable has its value later.
            if node.isNull || node.hasVariables { return }
        }
        let what = "`\(path)`"
        switch kind {
        case .keys, .table:
            guard let entries = node.entries else { return findings.mismatch(node, what, needs: "a mapping") }
            check(entries, of: kind, what: what, path: path)
        case .list(let inner): checkList(node, of: inner, path: path)
        case .words(let words): checkList(node, of: .word(words), path: path)
        case .oneOrMore(let inner):
            if node.elements == nil {
                check(node, is: inner, path: path)
            } else {
                checkList(node, of: inner, path: path)
            }
        case .free: break
        default: checkScalar(node, is: kind, what: what)
        }
    }

    private func checkList(_ node: YAMLNode, of inner: FactKind, path: String) {
        guard let elements = node.elements else {
            return findings.mismatch(node, "`\(path)`", needs: "a list")
        }
        for element in elements { checkElement(element, of: inner, path: path) }
    }

    private func checkElement(_ element: YAMLNode, of inner: FactKind, path: String) {
        if stage == .file, element.isConditional {
            for branch in Conditional(element, findings)?.branches ?? [] {
                refuseExtensions(in: branch)
                // A list in an element's place is put in element by element.
                if branch.elements != nil {
                    checkList(branch, of: inner, path: path)
                } else {
                    checkElement(branch, of: inner, path: path)
                }
            }
        } else if case .word(let words) = inner, let text = element.scalar?.text, !element.isOpen(at: stage) {
            if !words.contains(text) {
                findings.unknownWord(text, at: element.position, "an entry of `\(path)`", words: words)
            }
        } else {
            check(element, is: inner, path: path)
        }
    }

    private func checkScalar(_ node: YAMLNode, is kind: FactKind, what: String) {
        switch kind {
        case .text(let lengths): checkText(node, lengths: lengths, what: what)
        case .expression: checkText(node, lengths: 0...1024, what: what)
        case .word(let words):
            guard let text = findings.string(node, what) else { return }
            if !words.contains(text) { findings.unknownWord(text, at: node.position, what, words: words) }
        case .integer(let range): _ = findings.int(node, what, in: range)
        case .boolean: _ = findings.bool(node, what)
        case .duration(let allowsZero): _ = findings.duration(node, what, allowsZero: allowsZero)
        case .address: checkAddress(node, what: what)
        case .usbID: checkUSBID(node, what: what)
        case .words, .list, .oneOrMore, .keys, .table, .free: break
        }
    }

    private func checkText(_ node: YAMLNode, lengths: ClosedRange<Int>, what: String) {
        guard node.scalar != nil, !node.isNull else { return findings.mismatch(node, what, needs: "a single value") }
        guard let text = findings.string(node, what) else { return }
        if text.isEmpty, lengths.lowerBound > 0 {
            findings.error(at: node.position, "\(what) must not be empty")
        } else if text.count < lengths.lowerBound || text.count > lengths.upperBound {
            findings.error(
                at: node.position,
                "\(what) must have \(lengths.lowerBound) to \(lengths.upperBound) characters, not \(text.count)")
        }
    }

    private func checkAddress(_ node: YAMLNode, what: String) {
        guard let text = node.scalar?.text, !node.isNull else {
            return findings.mismatch(node, what, needs: "an address")
        }
        let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : Substring(text)
        let isHexadecimal = (1...16).contains(digits.count) && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
        let isVariable = text.hasPrefix("${") && text.hasSuffix("}")
        if !isHexadecimal, !isVariable {
            findings.error(
                at: node.position, "\(what) is not an address", excerpt: cutExcerpt(text),
                suggestion:
                    "write hexadecimal digits such as 0x40400000, or the boot loader's variable such as ${loadaddr}")
        }
    }

    /// An id without quotes is a number to YAML, and then the wrong one.
    private func checkUSBID(_ node: YAMLNode, what: String) {
        guard let scalar = node.scalar, !node.isNull else {
            return findings.mismatch(node, what, needs: "four hexadecimal digits in quotes")
        }
        let isID = scalar.text.count == 4 && scalar.text.allSatisfy { $0.isASCII && $0.isHexDigit }
        if !isID {
            findings.error(
                at: node.position, "\(what) is not four hexadecimal digits", excerpt: cutExcerpt(scalar.text))
        } else if scalar.style != .text {
            findings.error(
                at: node.position, "\(what) is a number without quotes",
                suggestion: "put it in quotes: \"\(scalar.text)\"")
        }
    }

    /// A conditional replaces what is inherited, so nothing in it can extend that.
    private func refuseExtensions(in node: YAMLNode) {
        for entry in node.entries ?? [] {
            if MergeKey(entry.key).operation != .replace {
                findings.error(at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot stand under a condition")
            }
            refuseExtensions(in: entry.value)
        }
    }
}

extension YAMLNode {
    /// Whether a scalar's text names variables of the device type language.
    fileprivate var hasVariables: Bool {
        guard let text = scalar?.text else { return false }
        return TemplateText.parts(of: text).contains { part in
            if case .variable = part { true } else { false }
        }
    }

    /// Whether nothing can be said of this yet.
    fileprivate func isOpen(at stage: FactCheck.Stage) -> Bool {
        stage == .file && (isConditional || isNull || hasVariables)
    }
}
