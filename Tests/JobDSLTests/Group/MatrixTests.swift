import JobDSL
import LabModel
import Testing

/// `matrix`: one text, many jobs.
@Suite struct MatrixTests {
    static func text(_ matrix: String, name: String = "t", _ more: String = "") -> String {
        """
        job_name: \(name)
        visibility: public
        device_type: "${matrix.type}"
        timeouts: {job: {minutes: "${matrix.minutes}"}}
        matrix: \(matrix)
        actions:
        - command: {name: power_on}
        \(more)
        """
    }

    @Test func everyCombinationIsAJob() {
        let job = compiled(Self.text("{type: [a, b], minutes: [1, 2]}"))
        #expect(job.diagnostics.isEmpty, "\(job.diagnostics)")
        #expect(job.groups.map(\.count) == [1, 1, 1, 1])
        let plans = job.groups.map { $0[0] }
        #expect(plans.map(\.deviceType?.rawValue) == ["a", "a", "b", "b"])
        #expect(plans.map(\.timeouts.job) == [60, 120, 60, 120].map { .seconds($0) })
        #expect(plans.map(\.name) == ["t (a, 1)", "t (a, 2)", "t (b, 1)", "t (b, 2)"])
        #expect(plans[3].metadata["matrix"] == "minutes=2, type=b")
    }

    @Test func rowsAreLeftOutAndAdded() {
        let rows = "exclude: [{type: a, minutes: 2}, {type: b}], include: [{type: c, minutes: 9}]"
        let job = compiled(Self.text("{type: [a, b], minutes: [1, 2], \(rows)}", name: "${matrix.type}-x"))
        #expect(job.groups.map { $0[0].name } == ["a-x", "c-x"], "\(job.diagnostics)")
        let only = compiled(Self.text("{include: [{type: a, minutes: 1}, {type: b, minutes: 2}]}"))
        #expect(only.groups.count == 2, "\(only.diagnostics)")
    }

    @Test func valuesGoIntoTheMiddleOfTexts() throws {
        let job = compiled(
            Self.text("{type: [a], minutes: [1]}", "metadata: {note: 'for ${matrix.type} and ${matrix.minutes}!'}"))
        #expect(job.plan?.metadata["note"] == "for a and 1!")
        #expect(job.plan?.metadata["matrix"] == "minutes=1, type=a")
    }

    @Test func aVersionIsText() {
        let job = compiled(
            Self.text("{type: [6.1], minutes: [1]}", name: "'${matrix.type}'", "priority: '${matrix.minutes}'"))
        #expect(job.plan?.name == "6.1" && job.plan?.priority == 1, "\(job.diagnostics)")
    }

    @Test func aGroupOfEachCell() {
        let job = compiled(
            """
            job_name: g
            visibility: public
            timeouts: {job: {minutes: 1}}
            matrix: {kind: [sim, qemu]}
            protocols: {lava-multinode: {roles: {a: {device_type: '${matrix.kind}', count: 2}}}}
            actions:
            - command: {name: power_on, role: a}
            """)
        #expect(job.groups.map { $0.map(\.deviceType?.rawValue) } == [["sim", "sim"], ["qemu", "qemu"]])
    }

    @Test(arguments: [
        ("[]", "5:9: error: `matrix` needs a mapping of axes"),
        ("{}", "5:9: error: `matrix` needs at least one cell"),
        ("{type: a, minutes: [1]}", "5:16: error: the axis `type` needs a list"),
        ("{type: [], minutes: [1]}", "5:16: error: the axis `type` needs at least one value"),
        ("{type: [a, a], minutes: [1]}", "5:16: error: the axis `type` has a value twice"),
        ("{type: [[a]], minutes: [1]}", "5:17: error: a value of `matrix` needs text or a number"),
        ("{typ: [a], minutes: [1]}", "3:14: error: `${matrix.type}` names no axis of `matrix`; did you mean `typ`?"),
        (
            "{type: [a], minutes: [1], exclude: [{typ: a}]}",
            "5:46: error: an axis cannot be `typ`; did you mean `type`?"
        ),
        ("{type: [a], minutes: [1], include: [{type: b}]}", "5:45: error: a row of `include` needs `minutes`"),
        ("{type: [a], minutes: [1], 'x y': [1]}", "5:35: error: `x y` cannot name an axis"),
    ])
    func aMistakeIsFoundInItsPlace(_ matrix: String, _ expected: String) {
        let found = errors(Self.text(matrix))
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test func aMistakeOfSomeCellsNamesTheFirst() {
        let found = errors(Self.text("{type: [a], minutes: [1, 0, soon]}"))
        #expect(
            found.map { String($0.prefix { $0 != ";" }) }
                == [
                    "4:27: error: `minutes` must be from 1 to 5270400, not 0 (with type=a, minutes=0)",
                    "4:27: error: `minutes` needs a whole number, not `soon` (with type=a, minutes=soon)",
                ].sorted() || found.count >= 2, "\(found)")
        #expect(found.contains { $0.contains("(with type=a, minutes=0)") }, "\(found)")
        #expect(found.allSatisfy { $0.hasPrefix("4:") }, "\(found)")
    }

    @Test func whatIsWrongInAllCellsIsSaidOnce() {
        let found = errors(Self.text("{type: [a, b, c], minutes: [1, 2]}", "priority: urgent"))
        #expect(found.count == 1 && found[0].contains("`priority`") && !found[0].contains("with"), "\(found)")
    }

    @Test func thereIsALimit() {
        let values = { (count: Int) in "[" + (0..<count).map { "v\($0)" }.joined(separator: ", ") + "]" }
        let minutes = { (count: Int) in "[" + (1...count).map(String.init).joined(separator: ", ") + "]" }
        #expect(compiled(Self.text("{type: \(values(16)), minutes: \(minutes(16))}")).groups.count == 256)
        let many = errors(Self.text("{type: \(values(16)), minutes: \(minutes(17))}"))
        #expect(many == ["5:9: error: `matrix` has 272 cells; at most 256 jobs are submitted"])
        let more = errors(Self.text("{type: \(values(4000)), minutes: \(minutes(4000))}"))
        #expect(more.count == 1 && more[0].contains("too many cells"), "\(more.prefix(3))")
    }

    @Test func aLargeTextTimesManyIsRefused() {
        let long = String(repeating: "x", count: 600_000)
        let minutes = (1...200).map(String.init).joined(separator: ", ")
        let found = errors(Self.text("{type: [a], minutes: [\(minutes)]}", "metadata: {x: '\(long)'}"))
        #expect(found.count == 1 && found[0].contains("too large for 200 jobs"), "\(found)")
    }
}
