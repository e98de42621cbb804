import LabModel
import LabWire

extension WireSchemas {
    /// Those of what the lab has seen.
    static let history: [String: Schema] = [
        "CaseHistory": .object([
            .required("name", .string), .required("outcomes", .array(.named("CaseOutcomeInfo"))),
            .required("cut", .boolean),
        ]),
        "CaseOutcomeInfo": .object([
            .required("suite", .string), .optional("set", .string),
            .required("result", .choice(TestResult.allCases.map(\.name))), .optional("measurement", .number),
            .optional("units", .string), .required("logged", .string), .required("job", .integer),
            .required("jobName", .string), .required("attempt", .integer), .optional("deviceType", .string),
            .optional("board", .string), .optional("build", .named("BuildInfo")),
        ]),
        "BuildInfo": .object([
            .required("name", .string), .required("source", .string),
        ]),
        "FlakyList": .object([
            .required("cases", .array(.named("FlakyCaseInfo"))), .required("total", .integer),
            .required("results", .integer), .required("withoutBuild", .integer), .required("cut", .boolean),
        ]),
        "FlakyCaseInfo": .object([
            .required("suite", .string), .optional("set", .string), .required("name", .string),
            .required("job", .string), .optional("deviceType", .string), .required("passes", .integer),
            .required("failures", .integer), .required("flips", .integer), .required("repeats", .integer),
            .required("rate", .number), .required("lastFlip", .string), .required("lastJob", .integer),
            .required("boards", .array(.string)), .required("build", .named("BuildInfo")),
        ]),
        "ChangeList": .object([
            .required("changes", .array(.named("CaseChangeInfo"))), .required("total", .integer),
            .required("results", .integer), .required("withoutBuild", .integer), .required("cut", .boolean),
        ]),
        "CaseChangeInfo": .object([
            .required("suite", .string), .optional("set", .string), .required("name", .string),
            .required("job", .string), .optional("deviceType", .string),
            .required("kind", .choice(CaseChange.Kind.allCases.map(\.rawValue))),
            .required("certainty", .choice(CaseChange.Certainty.allCases.map(\.rawValue))),
            .required("before", .named("BuildOutcomesInfo")), .required("since", .named("BuildOutcomesInfo")),
            .required("now", .named("BuildOutcomesInfo")), .required("builds", .integer),
        ]),
        "BuildOutcomesInfo": .object([
            .required("build", .named("BuildInfo")), .required("passes", .integer), .required("failures", .integer),
            .required("firstJob", .integer), .required("lastJob", .integer), .required("first", .string),
            .required("last", .string),
        ]),
        "BoardHistoryInfo": .object([
            .required("board", .string), .required("type", .string), .required("trend", .named("BoardTrendInfo")),
            .required("runs", .array(.named("BoardRunInfo"))),
            .required("healthChanges", .array(.named("HealthChangeInfo"))),
        ]),
        "BoardTrendInfo": .object([
            .required("lately", .named("BoardFiguresInfo")), .required("long", .named("BoardFiguresInfo")),
            .optional("others", .named("BoardFiguresInfo")), .required("signs", .array(.named("BoardSignInfo"))),
        ]),
        "BoardFiguresInfo": .object([
            .required("jobs", .integer), .required("booted", .integer), .required("withFailedBoot", .integer),
            .required("infrastructureFailures", .integer), .optional("bootTime", .number),
            .required("switches", .integer),
        ]),
        "BoardSignInfo": .object([
            .required("kind", .choice(BoardSign.Kind.allCases.map(\.rawValue))), .required("text", .string),
            .required("chance", .number),
        ]),
        "BoardRunInfo": .object([
            .required("job", .integer), .required("jobName", .string), .required("attempt", .integer),
            .optional("started", .string), .required("ended", .string),
            .required("outcome", .choice(BoardRun.Outcome.allCases.map(\.name))), .optional("errorType", .string),
            .optional("step", .string), .required("boots", .integer), .required("failedBoots", .integer),
            .optional("bootTime", .number), .required("switches", .integer), .optional("build", .named("BuildInfo")),
        ]),
        "HealthChangeInfo": .object([
            .required("at", .string), .required("health", .string), .optional("reason", .string),
        ]),
        "JobExplanationInfo": .object([
            .required("job", .integer), .required("name", .string), .optional("board", .string),
            .required("kind", .choice(JobExplanation.Kind.allCases.map(\.rawValue))), .required("summary", .string),
            .optional("failure", .named("FailureInfo")), .required("advice", .array(.string)),
            .optional("reference", .named("GoodBootInfo")), .optional("lastCommon", .named("BootLinePair")),
            .required("expected", .array(.named("BootLineInfo"))),
            .required("instead", .array(.named("BootLineInfo"))),
            .required("unusual", .array(.named("BootLineInfo"))),
            .required("missing", .array(.named("BootLineInfo"))), .optional("fatal", .named("BootLineInfo")),
            .optional("bootTime", .number), .optional("silence", .number), .optional("lostTime", .named("LostTime")),
            .optional("matched", .integer), .optional("lines", .integer),
        ]),
        "GoodBootInfo": .object([
            .required("job", .integer), .required("jobName", .string), .required("ended", .string),
            .required("bootTime", .number), .required("sameJob", .boolean),
        ]),
        "BootLineInfo": .object([
            .required("text", .string), .required("at", .number),
        ]),
        "BootLinePair": .object([
            .required("good", .named("BootLineInfo")), .required("failed", .named("BootLineInfo")),
        ]),
        "LostTime": .object([
            .required("line", .named("BootLinePair")), .required("seconds", .number),
        ]),
    ]
}
