import LabModel

/// Holds a job against what LAVA's submission gate checks before a job is queued, to the letter.
///
/// The job's readers know more of what they read, so where they have already found a mistake this says nothing.
struct SubmissionGate {
    private let findings = Findings()
    private var check: GateCheck { GateCheck(findings: findings) }

    /// Adds to `found` what only the gate finds.
    static func check(_ root: YAMLNode, adding found: Findings) {
        let gate = SubmissionGate()
        gate.read(root)
        guard gate.findings.hasErrors else { return }
        let errors = Set(found.diagnostics.lazy.filter { $0.severity == .error }.map(\.position))
        let new = gate.findings.diagnostics.filter { !errors.contains($0.position) }
        // What is refused need not be warned of as well.
        found.removeWarnings(at: Set(new.map(\.position)))
        for diagnostic in new { found.add(diagnostic) }
    }

    private func read(_ root: YAMLNode) {
        check.check(root, GateTable.job, "a job")
        for block in root["actions"]?.elements ?? [] {
            if let test = block["test"] { readTest(test) }
        }
        if let roles = root["protocols"]?["lava-multinode"]?["roles"] { readRoles(roles) }
    }

    private func readTest(_ test: YAMLNode) {
        let given = GateTable.tests.filter { test[$0.key] != nil }
        if !given.contains(where: { check.accepts(test, $0.rule) }) {
            if let form = given.first {
                check.check(test, form.rule, "`test`")
            } else if test.entries == nil {
                findings.mismatch(test, "`test`", needs: "a mapping")
            } else {
                findings.error(at: test.position, "`test` needs one of definitions, interactive, monitors, services")
            }
        }
        for definition in test["definitions"]?.elements ?? [] where definition["revision"] != nil {
            guard let shallow = definition.entries?.first(where: { $0.key == "shallow" }),
                Findings(limit: 1).bool(shallow.value, "") == true
            else { continue }
            findings.error(at: shallow.keyPosition, "`shallow: true` cannot reach a `revision`")
        }
    }

    private func readRoles(_ roles: YAMLNode) {
        let names = Set((roles.entries ?? []).map(\.key))
        for entry in roles.entries ?? [] {
            let role = entry.value
            guard role.entries != nil else {
                findings.mismatch(role, "the role `\(cutExcerpt(entry.key))`", needs: "a mapping")
                continue
            }
            if let context = role["context"] { check.check(context, GateTable.context, "`context`") }
            checkGuest(role, among: names)
        }
    }

    /// A role that runs on the board of another names that one and whom it waits for.
    private func checkGuest(_ role: YAMLNode, among names: Set<String>) {
        let keys = ["host_role", "expect_role"]
        let given = keys.compactMap { key in role[key].flatMap { $0.isNull ? nil : (key, $0) } }
        if given.count == 1 {
            let (key, node) = given[0]
            findings.error(at: node.position, "`\(key)` needs `\(keys.first { $0 != key } ?? "")` beside it")
        }
        for (key, node) in given where node.scalar.map({ !names.contains($0.text) }) ?? true {
            findings.error(
                at: node.position, "`\(key)` cannot be \(node.kindInWords): no role has that name",
                suggestion: findings.suggestion(for: node.scalar?.text ?? "", among: names.sorted()))
        }
    }
}
