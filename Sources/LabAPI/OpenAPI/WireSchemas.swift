import LabModel
import LabWire

/// The schemas of `LabWire`'s structures, by name.
enum WireSchemas {
    static let all = core.merging(history) { own, _ in own }.merging(operations) { own, _ in own }

    private static let core: [String: Schema] = [
        "ErrorBody": .object([
            .required("error", .named("FailureInfo")),
            .optional("diagnostics", .array(.named("DiagnosticInfo"))),
        ]),
        "FailureInfo": .object([
            .required("type", .string), .required("message", .string), .optional("place", .string),
            .optional("advice", .string),
        ]),
        "DiagnosticInfo": .object([
            .required("severity", .choice(["error", "warning"])), .optional("file", .string),
            .required("line", .integer),
            .required("column", .integer), .required("message", .string), .optional("excerpt", .string),
            .optional("suggestion", .string),
        ]),
        "SubmitRequest": .object([.required("definition", .string)]),
        "Submitted": .object([
            .required("id", .integer), .required("name", .string),
            .required("warnings", .array(.named("DiagnosticInfo"))), .optional("jobs", .array(.named("SubmittedJob"))),
        ]),
        "SubmittedJob": .object([
            .required("id", .integer), .required("number", .string), .optional("role", .string),
            .required("name", .string),
        ]),
        "Validation": .object([
            .required("valid", .boolean), .required("diagnostics", .array(.named("DiagnosticInfo"))),
            .required("unsupported", .array(.named("UnsupportedInfo"))), .optional("plan", .named("PlanSummary")),
        ]),
        "UnsupportedInfo": .object([
            .required("name", .string), .required("line", .integer), .required("column", .integer),
        ]),
        "PlanSummary": .object([
            .required("name", .string), .optional("deviceType", .string), .required("blocks", .array(.string)),
            .optional("jobs", .integer),
        ]),
        "JobInfo": .object([
            .required("id", .integer), .required("name", .string), .required("submitter", .string),
            .optional("deviceType", .string), .optional("requestedBoard", .string), .required("priority", .integer),
            .required("tags", .array(.string)), .required("state", .choice(JobState.allCases.map(\.name))),
            .required("health", .choice(JobHealth.allCases.map(\.name))), .optional("board", .string),
            .required("submitted", .string), .optional("started", .string), .optional("ended", .string),
            .required("attempt", .integer), .optional("tried", .array(.string)),
            .optional("healthCheck", .boolean), .optional("failure", .named("FailureInfo")),
            .optional("waiting", .string), .optional("results", .named("ResultCounts")),
            .optional("hold", .named("LeaseInfo")), .optional("group", .named("GroupInfo")),
            .optional("schedule", .string), .optional("pinned", .named("PinInfo")),
        ]),
        "GroupInfo": .object([
            .required("id", .integer), .required("number", .string), .required("role", .string),
            .required("size", .integer), .required("essential", .boolean),
            .optional("jobs", .array(.named("GroupJobInfo"))),
        ]),
        "GroupJobInfo": .object([
            .required("id", .integer), .required("number", .string), .required("role", .string),
            .required("state", .choice(JobState.allCases.map(\.name))),
            .required("health", .choice(JobHealth.allCases.map(\.name))), .optional("board", .string),
        ]),
        "JobList": .object([.required("jobs", .array(.named("JobInfo"))), .required("total", .integer)]),
        "QueueInfo": .object([
            .required("jobs", .array(.named("QueuedJobInfo"))), .required("total", .integer),
            .required("pauses", .array(.named("PauseInfo"))),
        ]),
        "QueuedJobInfo": .object([.required("job", .named("JobInfo")), .optional("start", .string)]),
        "PauseInfo": .object([.required("name", .string), .required("text", .string)]),
        "CancelRequest": .object([.optional("reason", .string)]),
        "ResultCounts": .object([
            .required("pass", .integer), .required("fail", .integer), .required("skip", .integer),
            .required("unknown", .integer), .required("steps", .named("StepCounts")),
        ]),
        "StepCounts": .object([.required("pass", .integer), .required("fail", .integer)]),
        "ResultInfo": .object([
            .required("suite", .string), .optional("set", .string), .required("name", .string),
            .required("result", .choice(TestResult.allCases.map(\.name))), .optional("measurement", .number),
            .optional("units", .string), .required("metadata", .map(.anything)), .required("logged", .string),
        ]),
        "PowerCutInfo": .object([
            .required("name", .string), .required("outcome", .choice(PowerCutOutcome.allCases.map(\.rawValue))),
            .optional("brickKind", .choice(BrickKind.allCases.map(\.rawValue))), .required("allowed", .boolean),
            .required("alive", .boolean), .optional("whole", .boolean), .optional("versionBefore", .string),
            .optional("versionAfter", .string), .optional("slotBefore", .string), .optional("slotAfter", .string),
            .required("boots", .integer), .optional("recoveryTime", .number), .optional("commandLatency", .number),
            .optional("silenceLatency", .number), .optional("triggerLine", .string),
            .required("inferences", .array(.string)), .required("lastLines", .array(.string)),
        ]),
        "RecordingInfo": .object([
            .required("job", .integer), .required("block", .integer), .required("writes", .integer),
            .required("flushes", .integer), .required("bytes", .integer), .required("diskSize", .integer),
            .required("phases", .array(.named("RecordingPhase"))), .optional("writesBeforeSuccess", .integer),
            .required("duration", .number), .required("recordedAt", .string), .required("trace", .string),
            .required("base", .string), .required("machine", .map(.string)),
        ]),
        "RecordingPhase": .object([
            .required("name", .string), .required("firstWrite", .integer), .required("lastWrite", .integer),
            .required("bytes", .integer),
        ]),
        "CrashBootInfo": .object([
            .required("state", .string), .required("verdict", .string), .required("allowed", .boolean),
            .optional("phase", .string), .required("afterSuccess", .boolean),
            .required("end", .choice(TrialFacts.End.allCases.map(\.rawValue))), .optional("version", .string),
            .optional("slot", .string), .optional("whole", .boolean), .optional("confirmed", .string),
            .optional("healed", .boolean), .required("boots", .integer), .required("seconds", .number),
            .required("lastLines", .array(.string)),
        ]),
        "TwinInfo": .object([
            .required("name", .string), .required("state", .string), .required("notes", .array(.string)),
        ]),
        "CampaignCheckInfo": .object([
            .required("candidates", .integer), .required("chosen", .integer), .required("rebooted", .integer),
            .required("undecided", .integer), .required("wrong", .array(.named("WrongAnswer"))),
            .required("seed", .integer), .optional("bound", .number),
        ]),
        "WrongAnswer": .object([
            .required("state", .string), .required("representative", .string), .required("expected", .anything),
            .required("got", .anything),
        ]),
        "JobResults": .object([
            .required("job", .integer), .required("results", .array(.named("ResultInfo"))),
            .required("powerCuts", .array(.named("PowerCutInfo"))),
        ]),
        "LogLine": .object([
            .required("dt", .string), .required("lvl", .choice(LogLevel.allCases.map(\.rawValue))),
            .required("msg", .anything), .optional("ns", .string),
        ]),
        "LogPage": .object([
            .required("entries", .array(.named("LogLine"))), .required("next", .integer),
            .required("finished", .boolean), .optional("removed", .string),
        ]),
        "EventInfo": .object([
            .required("seq", .integer), .required("at", .string), .optional("job", .integer),
            .optional("board", .string), .required("kind", .string), .required("data", .anything),
        ]),
        "EventPage": .object([.required("events", .array(.named("EventInfo"))), .required("last", .integer)]),
        "BoardInfo": .object([
            .required("name", .string), .required("type", .string), .required("tags", .array(.string)),
            .optional("driver", .string), .optional("description", .string),
            .required("state", .choice(BoardState.allCases.map(\.name))),
            .required("health", .choice(BoardHealth.allCases.map(\.name))), .optional("healthReason", .string),
            .required("power", .choice(PowerState.allCases.map(\.rawValue))), .optional("currentJob", .integer),
            .optional("powerPath", .named("PowerPathInfo")), .optional("powerReport", .named("PowerReportInfo")),
            .optional("lines", .array(.string)), .optional("file", .string), .optional("lease", .named("LeaseInfo")),
            .optional("pending", .choice(BoardStanding.Pending.allCases.map(\.rawValue))),
            .optional("diagnostics", .array(.named("DiagnosticInfo"))), .optional("signs", .array(.string)),
        ]),
        "PowerReportInfo": .object([
            .optional("desired", .choice(PowerTarget.allCases.map(\.rawValue))),
            .required("reported", .choice(PowerState.allCases.map(\.rawValue))),
            .required("verified", .choice(PowerVerdict.allCases.map(\.rawValue))),
            .required("evidence", .array(.named("PowerEvidenceInfo"))), .required("attempts", .integer),
        ]),
        "PowerEvidenceInfo": .object([
            .required("source", .choice(PowerEvidence.Source.allCases.map(\.rawValue))),
            .required("says", .choice(PowerState.allCases.map(\.rawValue))), .required("detail", .string),
        ]),
        "DiscoveryInfo": .object([.required("devices", .array(.named("DiscoveredDevice")))]),
        "DiscoveredDevice": .object([
            .required("kind", .choice(DiscoveredDevice.Kind.allCases.map(\.rawValue))), .required("place", .string),
            .required("title", .string), .required("drivers", .array(.string)), .required("isCertain", .boolean),
            .required("isProven", .boolean), .required("configured", .array(.string)), .optional("entry", .string),
            .optional("obstacle", .string),
        ]),
        "DriverList": .object([.required("drivers", .array(.named("DriverSummary")))]),
        "DriverSummary": .object([
            .required("name", .string), .required("title", .string), .required("link", .string),
            .required("ids", .array(.string)), .required("channels", .string), .required("readBack", .string),
            .required("ownerDeath", .string), .required("proofs", .array(.string)), .required("isProven", .boolean),
            .required("options", .array(.named("DriverOptionInfo"))), .required("example", .string),
        ]),
        "DriverOptionInfo": .object([
            .required("name", .string), .required("meaning", .string), .required("isRequired", .boolean),
            .optional("standard", .string),
        ]),
        "LineRequest": .object([
            .required("change", .choice(["press", "hold", "release"])), .optional("seconds", .number),
        ]),
        "QualifyRequest": .object([
            .optional("boots", .integer), .optional("marker", .string), .optional("within", .number),
        ]),
        "QualificationInfo": .object([
            .required("isQualified", .boolean), .required("summary", .string), .required("wanted", .integer),
            .required("boots", .array(.named("QualifiedBootInfo"))),
        ]),
        "QualifiedBootInfo": .object([
            .required("number", .integer), .optional("bootTime", .number),
            .required("on", .choice(PowerVerdict.allCases.map(\.rawValue))),
            .required("off", .choice(PowerVerdict.allCases.map(\.rawValue))), .optional("failure", .string),
        ]),
        "InspectionInfo": .object([
            .required("isSound", .boolean), .required("findings", .array(.named("InspectionFinding"))),
        ]),
        "InspectionFinding": .object([
            .required("subject", .choice(InspectionReport.Subject.allCases.map(\.rawValue))),
            .required("outcome", .choice(InspectionReport.Outcome.allCases.map(\.rawValue))),
            .required("detail", .string), .optional("advice", .string),
        ]),
        "BoardList": .object([
            .required("boards", .array(.named("BoardInfo"))), .optional("problems", .array(.named("DiagnosticInfo"))),
            .optional("folder", .string), .optional("pauses", .array(.named("PauseInfo"))),
        ]),
        "BoardReloadInfo": .object([
            .required("changes", .array(.named("BoardChangeInfo"))), .required("waiting", .array(.named("BoardInfo"))),
            .required("problems", .array(.named("DiagnosticInfo"))),
        ]),
        "BoardChangeInfo": .object([
            .required("board", .string), .required("change", .choice(BoardChange.Kind.allCases.map(\.rawValue))),
            .optional("file", .string), .optional("diagnostics", .array(.named("DiagnosticInfo"))),
        ]),
        "PowerPathInfo": .object([
            .required("delay", .number), .required("jitter", .number), .required("shortest", .number),
            .required("longest", .number), .required("cuts", .integer), .required("silentCuts", .integer),
            .optional("measured", .string),
        ]),
        "MeasurePowerRequest": .object([
            .optional("times", .integer), .optional("prompt", .string), .optional("run", .string),
        ]),
        "LeaseInfo": .object([
            .required("id", .integer), .required("board", .string), .required("holder", .string),
            .required("purpose", .choice(Reservation.Purpose.allCases.map(\.rawValue))), .optional("reason", .string),
            .optional("job", .integer), .required("since", .string), .required("until", .string),
            .required("remaining", .number), .optional("keepAlive", .number),
            .optional("notice", .named("LeaseNotice")),
            .optional("ending", .choice(Reservation.Ending.allCases.map(\.rawValue))),
        ]),
        "LeaseNotice": .object([
            .required("by", .string), .required("reason", .string), .required("until", .string),
        ]),
        "LeaseList": .object([
            .required("leases", .array(.named("LeaseInfo"))), .required("waiting", .array(.named("LineInfo"))),
        ]),
        "LineInfo": .object([
            .required("user", .string), .optional("board", .string), .optional("type", .string),
            .required("tags", .array(.string)), .optional("reason", .string),
        ]),
        "LeaseWaiting": .object([.required("reason", .string)]),
        "LeaseRequest": .object([
            .optional("board", .string), .optional("type", .string), .optional("tags", .array(.string)),
            .optional("seconds", .number), .optional("reason", .string), .optional("keepAlive", .number),
        ]),
        "ExtendRequest": .object([.required("seconds", .number)]),
        "ReleaseRequest": .object([.optional("reason", .string)]),
        "HandOverRequest": .object([.required("to", .string), .optional("reason", .string)]),
        "KickRequest": .object([.required("reason", .string), .optional("grace", .number)]),
        "BoardLogPage": .object([
            .required("board", .string), .required("entries", .array(.named("BoardLogLine"))),
        ]),
        "BoardLogLine": .object([
            .required("at", .string), .required("kind", .string), .required("by", .string),
            .optional("reason", .string), .optional("lease", .integer), .optional("holder", .string),
            .optional("until", .string), .optional("ending", .string), .optional("job", .integer),
            .optional("health", .string),
        ]),
        "PowerRequest": .object([.required("change", .choice(PowerChange.allCases.map(\.rawValue)))]),
        "HealthRequest": .object([
            .required("health", .choice(BoardHealth.allCases.map(\.name))), .optional("reason", .string),
        ]),
        "DeviceTypeSummary": .object([
            .required("name", .string), .required("description", .string), .required("boards", .integer),
        ]),
        "DeviceTypeList": .object([.required("deviceTypes", .array(.named("DeviceTypeSummary")))]),
        "DeviceTypeInfo": .object([
            .required("name", .string), .required("description", .string), .required("profile", .anything),
        ]),
        "Explanation": .object([
            .required("key", .string), .required("value", .anything),
            .required("layers", .array(.named("ExplanationLayer"))),
        ]),
        "ExplanationLayer": .object([
            .required("layer", .string), .optional("file", .string), .optional("line", .integer),
            .required("value", .anything), .required("wins", .boolean),
        ]),
        "SystemInfo": .object([
            .required("name", .string), .required("version", .string), .required("epoch", .integer),
            .required("api", .array(.string)), .required("state", .string), .optional("log", .string),
            .required("boards", .integer), .required("queued", .integer), .required("running", .integer),
            .required("started", .string),
        ]),
    ]
}
