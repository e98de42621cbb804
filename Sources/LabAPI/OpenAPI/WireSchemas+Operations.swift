import LabModel

extension WireSchemas {
    /// Those of operating a lab.
    static let operations: [String: Schema] = [
        "StatusInfo": .object([
            .required("version", .string), .required("epoch", .integer), .required("started", .string),
            .required("uptime", .number), .required("queued", .integer), .required("running", .integer),
            .required("boards", .named("BoardCounts")), .required("leases", .integer),
            .optional("disk", .named("DiskInfo")), .required("pauses", .array(.named("PauseInfo"))),
            .optional("drain", .named("DrainInfo")), .required("schedules", .array(.named("ScheduleInfo"))),
            .required("scheduleCount", .integer), .optional("retention", .named("RetentionInfo")),
        ]),
        "BoardCounts": .object([
            .required("total", .integer), .required("states", .map(.integer)), .required("healths", .map(.integer)),
        ]),
        "DrainInfo": .object([
            .required("by", .string), .required("since", .string), .optional("reason", .string),
            .required("acrossRestart", .boolean),
        ]),
        "DrainRequest": .object([.optional("reason", .string), .optional("acrossRestart", .boolean)]),
        "DiskInfo": .object([
            .required("free", .integer), .required("capacity", .integer), .required("low", .integer),
            .required("critical", .integer), .required("level", .choice(DiskLevel.allCases.map(\.rawValue))),
        ]),
        "RetentionInfo": .object([
            .required("began", .string), .required("dryRun", .boolean), .required("policy", .string),
            .required("level", .choice(DiskLevel.allCases.map(\.rawValue))),
            .required("logs", .named("RetentionCount")), .required("consoles", .named("RetentionCount")),
            .required("images", .named("RetentionCount")), .required("recordings", .named("RetentionCount")),
            .required("jobs", .named("RetentionCount")), .required("traces", .integer),
            .required("obstacles", .array(.string)),
        ]),
        "RetentionCount": .object([.required("items", .integer), .required("bytes", .integer)]),
        "ScheduleInfo": .object([
            .required("name", .string), .required("rule", .string), .optional("zone", .string),
            .required("submitter", .string),
            .required("overlap", .choice(Schedule.Overlap.allCases.map(\.rawValue))),
            .required("paused", .boolean), .required("created", .string), .optional("next", .string),
            .optional("last", .string), .optional("lastJob", .integer),
            .optional("lastFailure", .named("FailureInfo")), .optional("definition", .string),
        ]),
        "ScheduleList": .object([.required("schedules", .array(.named("ScheduleInfo")))]),
        "ScheduleRequest": .object([
            .required("name", .string), .optional("every", .number), .optional("daily", .string),
            .optional("cron", .string), .optional("zone", .string),
            .optional("overlap", .choice(Schedule.Overlap.allCases.map(\.rawValue))),
            .required("definition", .string),
        ]),
        "PinInfo": .object([.required("by", .string), .required("since", .string)]),
        "ScheduleRun": .object([.required("jobs", .array(.integer))]),
    ]
}
