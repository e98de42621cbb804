/// The submission gate of LAVA as tables: lava-compat 1.1 to 1.7. What is not listed in an open mapping is taken.
///
/// Wider than LAVA's on purpose: `power_cut`, `needs`, `retry`, `on_failure` and `matrix`, which are ours; `device`, `worker`, `services` and `expected` of monitors
/// and scripts, which LAVA learned later; and the keys that only the file of a test definition has there, which are
/// taken in line as well.
enum GateTable {
    static let job = GateRule.map(
        GateMap(
            [
                "device_type": .text, "device": .text, "worker": .text, "job_name": .text,
                "priority": .either([.word(["high", "medium", "low"]), .wholeNumber], inWords: "a whole number"),
                "protocols": .map(
                    GateMap([
                        "lava-multinode": .map(GateMap(["timeout": timeout, "roles": .mapping], required: ["roles"])),
                        "lava-xnbd": .mapping,
                    ])),
                "context": context, "metadata": .mapOf(.textOrWholeNumber, textOrWholeNumber),
                "secrets": .mapping, "environment": .mapping, "tags": .listOf(.text),
                "visibility": .either(
                    [.word(["public", "personal"]), .map(GateMap(["group": .listOf(.text)]))],
                    inWords: "public, personal or {group: [...]}"),
                "timeouts": timeouts, "actions": .listOf(block), "notify": notify, "reboot_to_fastboot": .truth,
                "needs": .anything, "retry": .anything, "on_failure": .anything, "matrix": .anything,
            ],
            required: ["job_name", "visibility", "timeouts", "actions"]))

    private static let textOrWholeNumber = GateRule.either([.text, .wholeNumber], inWords: "text or a whole number")

    static let context = GateRule.mapOf(
        .text,
        .either(
            [.text, .wholeNumber, .listOf(textOrWholeNumber)], inWords: "text, a whole number or a list of them"))

    private static let units = ["days", "hours", "minutes", "seconds"]

    private static let timeout = GateRule.map(
        GateMap(
            Dictionary(uniqueKeysWithValues: units.map { ($0, GateRule.wholeNumber) } + [("skip", .truth)]),
            exclusive: units))

    private static let timeouts = GateRule.map(
        GateMap(
            [
                "job": timeout, "action": timeout, "connection": timeout, "queue": timeout,
                "actions": .mapOf(.actionName, timeout), "connections": .mapOf(.actionName, timeout),
            ],
            required: ["job"]))

    private static let block = GateRule.map(
        GateMap([
            "deploy": .map(GateMap(["to": .text, "timeout": timeout], required: ["to"], isOpen: true)),
            "boot": boot, "test": .anything, "power_cut": .anything,
            "command": .map(
                GateMap(["name": .text, "timeout": timeout, "namespace": .text], required: ["name"], isOpen: true)),
        ]))

    private static let boot = GateRule.map(
        GateMap(
            [
                "method": .text, "timeout": timeout,
                "auto_login": .map(
                    GateMap(
                        [
                            "login_prompt": .text, "username": .text, "password_prompt": .text, "password": .text,
                            "login_commands": .list,
                        ],
                        required: ["login_prompt", "username"])),
                "parameters": .mapOf(.text, .either([.text, .truth], inWords: "text, true or false")),
                "commands": .either([.text, .list], inWords: "text or a list"),
            ],
            required: ["method"], isOpen: true))

    /// The forms of a `test` block, each with the key that makes it one. One that fits is enough.
    static let tests: [(key: String, rule: GateRule)] = [
        ("monitors", test("monitors", .listOf(monitor))), ("interactive", test("interactive", .listOf(script))),
        ("definitions", test("definitions", .listOf(definition))), ("services", test("services", .list)),
    ]

    private static func test(_ key: String, _ rule: GateRule) -> GateRule {
        .map(GateMap([key: rule, "timeout": timeout], required: [key], isOpen: true))
    }

    private static let definition = GateRule.map(
        GateMap(
            [
                "repository": .either(
                    [
                        .text,
                        .map(
                            GateMap([
                                "metadata": .mapping, "install": .mapping, "run": .mapping, "parse": .mapping,
                                "params": .anything, "parameters": .anything, "expected": .anything,
                            ])),
                    ], inWords: "text, or a test definition with `metadata`, `install`, `run` and `parse`"),
                "from": .text, "name": .text, "path": .text, "parameters": .mapping, "timeout": timeout,
            ],
            required: ["repository", "from", "name", "path"], isOpen: true))

    private static let monitor = GateRule.map(
        GateMap(
            [
                "name": .name, "start": .text, "end": .text, "pattern": .text, "fixupdict": .mapping,
                "expected": .list,
            ],
            required: ["name", "start", "end", "pattern"]))

    private static let script = GateRule.map(
        GateMap(
            [
                "name": .name, "prompts": .list, "echo": .word(["discard"]), "script": .listOf(step),
                "expected": .list,
            ],
            required: ["name", "prompts", "script"]))

    private static let step = GateRule.map(
        GateMap([
            "name": .name, "command": .either([.nothing, .text], inWords: "text or nothing"), "delay": .wholeNumber,
            "lava-send": .text, "lava-sync": .text, "lava-wait": .text, "lava-wait-all": .text,
            "wait_for_prompt": .truth,
            "failures": .listOf(
                .map(
                    GateMap(
                        [
                            "message": .text, "error": .text,
                            "exception": .word(["InfrastructureError", "JobError", "TestError"]),
                        ],
                        required: ["message"]))),
            "successes": .listOf(.map(GateMap(["message": .text], required: ["message"]))),
        ]))

    private static let notify = GateRule.map(
        GateMap(
            [
                "criteria": .map(
                    GateMap(
                        [
                            "status": .word(LavaVocabulary.jobStatuses.sorted()), "dependency_query": .text,
                            "type": .word(["progression", "regression"]),
                        ],
                        required: ["status"], isOpen: true)),
                "recipients": .listOf(.map(GateMap(["to": recipient], required: ["to"]))),
                "callback": callback, "callbacks": .listOf(callback),
                "verbosity": .word(["verbose", "quiet", "status-only"]),
                "compare": .map(GateMap(["query": query, "blacklist": .listOf(.text)], isOpen: true)),
            ],
            required: ["criteria"], isOpen: true, exclusive: ["callback", "callbacks"]))

    private static let recipient = GateRule.map(
        GateMap(
            ["method": .word(["email", "irc"]), "user": .text, "email": .text, "server": .text, "handle": .text],
            required: ["method"]))

    private static let callback = GateRule.map(
        GateMap(
            [
                "url": .text, "method": .word(["GET", "POST"]), "token": .text,
                "dataset": .word(["minimal", "logs", "results", "all"]),
                "content-type": .word(["json", "urlencoded"]),
            ],
            required: ["url"], isOpen: true))

    private static let query = GateRule.either(
        [
            .map(GateMap(["username": .text, "name": .text], required: ["username", "name"])),
            .map(GateMap(["entity": .text, "conditions": .mapping], required: ["entity"])),
        ], inWords: "`username` and `name`, or `entity` and `conditions`")
}
