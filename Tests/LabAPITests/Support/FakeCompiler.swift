import LabAPI
import LabModel
import LabWire

/// Understands texts of a few words: `ok`, `warn`, `bad`, `missing`, `unfit`, `tag`, `board`, `pair`, `matrix`, `needs 1`.
struct FakeCompiler: JobCompiling {
    func compileJobs(_ text: String) -> (groups: [[JobPlan]], diagnostics: [Diagnostic]) {
        let (plan, diagnostics) = compile(text)
        guard var plan else { return ([], diagnostics) }
        switch text {
        case "pair":
            let roles = ["server", "client"].map { GroupRole(name: $0, isEssential: $0 == "server") }
            return (
                [
                    roles.map {
                        plan.role = $0; return plan
                    }
                ], diagnostics
            )
        case "matrix": return ([[plan], [plan], [plan]], diagnostics)
        case _ where text.hasPrefix("needs "):
            let words = text.split(separator: " ")
            plan.needs = [
                JobNeed(
                    job: JobID(words[1]) ?? JobID(rawValue: 1),
                    condition: words.count > 2 ? JobNeed.Condition(rawValue: String(words[2])) ?? .complete : .complete)
            ]
        default: break
        }
        return ([[plan]], diagnostics)
    }

    func compile(_ text: String) -> (plan: JobPlan?, diagnostics: [Diagnostic]) {
        let place = SourcePosition(line: 2, column: 5)
        var plan = JobPlan(
            name: "hello", deviceType: DeviceTypeName(rawValue: "qemu"), timeouts: JobTimeouts(job: .seconds(60)),
            blocks: [ActionBlock(index: 0, action: .command(CommandAction(name: "pwd")))])
        switch text {
        case "bad":
            let finding = Diagnostic(
                .error, at: place, "unknown key `job_nam`", excerpt: "job_nam: x", suggestion: "did you mean `job_name`"
            )
            return (nil, [finding])
        case "warn":
            return (plan, [Diagnostic(.warning, at: place, "unknown key `foo`")])
        case "missing":
            plan.unsupported = [UnsupportedFeature(name: "boot: fastboot", position: place)]
        case "unfit":
            plan.context = ["unfit": true]
        case "tag":
            plan.tags = ["usb"]
        case "board":
            plan.board = BoardName(rawValue: "elsewhere")
        case "type":
            plan.deviceType = DeviceTypeName(rawValue: "rpi")
        default:
            break
        }
        return (plan, [])
    }

    func check(_ plan: JobPlan) -> [Diagnostic] {
        guard plan.context["unfit"] != nil else { return [] }
        return [Diagnostic(.error, at: SourcePosition(line: 1, column: 1), "the context does not fit")]
    }
}

struct FakeDeviceTypes: DeviceTypeReading {
    func names() -> [DeviceTypeName] { ["broken", "qemu"].map { DeviceTypeName(rawValue: $0) } }

    func profile(of type: DeviceTypeName) throws(Failure) -> DeviceProfile? {
        if type.rawValue == "broken" { throw Failure(.configuration, "unknown key", at: "broken.yaml:3:1") }
        if type.rawValue != "qemu" { return nil }
        return DeviceProfile(type: type, description: "QEMU", timeouts: ["boot": .milliseconds(1500)])
    }

    func explain(_ key: String, of type: DeviceTypeName) throws(Failure) -> Explanation? {
        guard type.rawValue == "qemu" else { return nil }
        return Explanation(
            key: key, value: "b",
            layers: [
                Explanation.Layer(layer: "type qemu", file: "qemu.yaml", line: 3, value: "a", wins: false),
                Explanation.Layer(layer: "common", value: "b", wins: true),
            ])
    }
}
