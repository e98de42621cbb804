/// What a mutation puts in place of something else, as YAML.
enum Vocabulary {
    /// Values of every kind, odd ones among them.
    static let values = [
        "text", "''", "5", "'5'", "-1", "0", "1.5", "true", "'true'", "~", "[]", "{}", "[text]", "[1]", "[~]",
        "{a: b}", "{1: 2}", "99999999999999999999999999", "1e400", ".inf", ".nan", "017", "0x1F", "0b11", "1_000",
        "1:30", "1:30.5", "2026-02-03", "2026-02-03 04:05:06", "yes", "off", "=", "'ä €'", "'two\n\n  lines'",
        "{minutes: 5}", "[[a]]", "[{a: b}]", "+5", "'~'",
    ]

    static let timeouts = [
        "{}", "{days: 1}", "{hours: 1}", "{seconds: 90}", "{minutes: 0}", "{minutes: -5}", "{minutes: 1.5}",
        "{minutes: '5'}", "{minutes: true}", "{minutes: 1, seconds: 30}", "{weeks: 1}", "{minutes: 5, skip: true}",
        "{minutes: 5, skip: 1}", "{skip: true}", "{milliseconds: 5}", "{minutes: ~}", "{minutes: 010}", "5", "5m",
        "{seconds: 999999999999}",
    ]

    static let words = ["u-boot", "qemu", "fastboot", "grub", "no-such", "tftp", "flasher", "lxc", "ssh", "Minimal"]

    static let keys = ["colour", "x", "timeout", "timeouts", "name", "expected", "1", "true", "~", "Job_Name"]

    /// What LAVA takes beside what the examples show, and things close to it: under which key of the job's top level
    /// or of a block the addition goes, and what it is.
    static let additions: [(parent: String, key: String, values: [String])] = [
        ("", "priority", ["high", "low", "50", "'50'", "urgent", "-3", "true"]),
        ("", "tags", ["[]", "[a, b]", "[1]", "a"]),
        ("", "device", ["board-1"]), ("", "worker", ["host-1"]),
        ("", "visibility", ["personal", "{group: [dev]}", "{group: [1]}", "{}", "{groups: [dev]}", "secret"]),
        ("", "metadata", ["{a: 1, 2: b}", "{a: [b]}", "{a: 1.5}", "{true: x}", "{~: x}", "{a: ~}", "[a]"]),
        ("", "environment", ["{A: 1}", "{a-b: c}", "{A: [1]}", "[A]"]),
        ("", "secrets", ["{A: secret}", "{A: {B: C}}"]),
        ("", "context", ["{arch: arm64}", "{arch: 1.5}", "{no_network: true}", "{foo: bar}", "{memory: [1, a]}"]),
        ("", "reboot_to_fastboot", ["false", "true", "'false'"]),
        ("", "connection", ["serial"]), ("", "target", ["a"]),
        (
            "", "protocols",
            [
                "{lava-xnbd: {port: auto}}", "{lava-lxc: {name: a}}", "{lava-unknown: {}}",
                "{lava-multinode: {roles: {a: {device_type: b, count: 1}}}}",
                "{lava-multinode: {roles: {a: {count: 1, host_role: b, expect_role: a}}}}",
                "{lava-multinode: {roles: {a: {count: 1, expect_role: a}}}}", "{lava-multinode: {}}",
                "{lava-multinode: {roles: {a: {context: {foo: 1}}}, timeout: {minutes: 1}}}", "{}",
            ]
        ),
        (
            "", "notify",
            [
                "{criteria: {status: finished}}", "{criteria: {status: done}}", "{recipients: []}",
                "{criteria: {status: complete, type: regression}, verbosity: loud}",
                "{criteria: {status: all}, recipients: [{to: {method: email, user: a}}]}",
                "{criteria: {status: all}, recipients: [{to: {method: fax}}]}",
                "{criteria: {status: all}, callback: {url: 'http://x/', method: PUT}}",
                "{criteria: {status: all}, callback: {url: 'http://x/', header: X, dataset: all}}",
                "{criteria: {status: all}, callback: {url: 'http://x/'}, callbacks: []}",
                "{criteria: {status: all}, compare: {query: {username: a, name: b}, blacklist: [1]}}",
                "{criteria: {status: all}, compare: {query: {entity: a, conditions: {b: c}}}, more: 1}",
            ]
        ),
        ("timeouts", "queue", ["{days: 1}"]),
        ("timeouts", "actions", ["{power-off: {seconds: 5}}", "{u_boot: {seconds: 5}}", "{on: {seconds: 5}}", "{}"]),
        ("timeouts", "connections", ["{lava-test-shell: {seconds: 5}}", "{1: {seconds: 5}}", "[]"]),
        (
            "boot", "auto_login",
            [
                "{login_prompt: 'login:', username: root}", "{login_prompt: 'login:'}",
                "{login_prompt: 'login:', username: root, passwd: x}", "{login_prompt: 'login:', username: 0}",
                "{login_prompt: 'login:', username: root, login_commands: su}",
            ]
        ),
        ("boot", "parameters", ["{kernel-start-message: ''}", "{shutdown-message: 5}", "{1: x}", "{a: true}"]),
        ("boot", "commands", ["ramdisk", "[a, b]", "{a: b}", "5"]),
        ("boot", "failure_retry", ["3", "0", "three"]), ("boot", "namespace", ["a", "common", "5"]),
        ("boot", "prompts", ["a", "[]", "['(']", "[1]"]), ("boot", "protocols", ["{lava-multinode: []}"]),
        ("deploy", "os", ["oe", "5"]), ("deploy", "namespace", ["a"]), ("deploy", "kernel", ["{url: 5}", "{}", "a"]),
        ("test", "name", ["a", "5"]), ("test", "docker", ["{image: a}"]), ("test", "services", ["[]"]),
        ("test", "monitors", ["[]", "[{name: a, start: b, end: c, pattern: d}]", "[{name: a b}]"]),
        ("test", "interactive", ["[]", "[{name: a, prompts: [b], script: [{command: c, delay: 1}]}]", "[{}]"]),
        ("test", "repeat", ["2"]), ("test", "role", ["[a]"]),
        ("command", "namespace", ["a", "5"]), ("command", "name", ["5", "hard_reset", "reset"]),
    ]
}
