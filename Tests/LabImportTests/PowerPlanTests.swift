import LabModel
import Testing

@testable import LabImport

@Suite struct PowerPlanTests {
    private func plan(_ values: [String: DataValue]) -> PowerPlan { PowerPlan(board: "b", values: values) }

    private static let switches: [(String, String, Int, PowerCommand.Action)] = [
        ("pduclient --daemon d --hostname p --command on --port 4", "pdudaemon", 4, PowerCommand.Action.on),
        ("curl -s http://d:16421/power/control/off?hostname=p&port=2", "pdudaemon", 2, .off),
        ("snmpset -v2c -c s3cret 10.0.0.1:1161 .1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.7 integer 3", "snmp", 7, .reboot),
        ("/usr/sbin/uhubctl -e -l 2-1.3 -a 0 -p 1", "usb-hub", 1, .off), ("sispmctl -q -o 4", "sispm", 4, .on),
        ("ykushcmd -d 3", "ykush", 3, .off), ("usbrelay ABCDE_1=1", "dcttech", 1, .on),
    ]

    @Test(arguments: switches)
    func commandsThatDriversReplaceAreUnderstood(
        text: String, driver: String, channel: Int, action: PowerCommand.Action
    ) throws {
        let words = try #require(CommandWords.split(text))
        let command = try #require(PowerCommand(words))
        #expect(command.target.device.driver == driver)
        #expect(command.target.channel == channel)
        #expect(command.action == action)
    }

    @Test(arguments: [
        "curl -u me:pw http://d/power/control/on?hostname=p&port=1", "curl http://d/other?hostname=p&port=1",
        "curl -X POST http://d:16421/power/control/on?hostname=p&port=1", "snmpset -v3 -u me host 1.2.3.4 i 1",
        "snmpset -v1 -c private host PowerNet-MIB::sPDUOutletCtl.1 i 1", "snmpset -v1 -c x host 1.3.6.1.2.1.1.5.0 i 1",
        "uhubctl -l 1-1 -a on", "pduclient --hostname p --command on --port left", "ykushcmd -u 1 -d 1", "true", "",
    ])
    func otherCommandsStayWhatTheyAre(text: String) {
        #expect(PowerCommand(CommandWords.split(text) ?? []) == nil)
    }

    @Test func wordsAreCutAsPythonCutsThem() {
        #expect(CommandWords.split(#"a 'b c' "d\"e" f\ g '' h"i"j"#) == ["a", "b c", #"d"e"#, "f g", "", "hij"])
        #expect(CommandWords.split("a 'b") == nil)
        #expect(CommandWords.split(#"a\"#) == nil)
        #expect(CommandWords.split("  ") == [])
        #expect(CommandWords.quoted(["a", "b c", "it's", ""]) == #"a 'b c' 'it'\''s' ''"#)
    }

    @Test func aResetThatIsOffAndOnNeedsNothing() {
        let plan = plan([
            "power_on_command": "x 1 on", "power_off_command": "x 1 off",
            "hard_reset_command": ["x 1 off", "sleep 3", "x 1 on"],
        ])
        #expect(plan.lines.isEmpty)
        #expect(plan.commands?.on == ["x", "1", "on"])
        #expect(plan.findings.map(\.quality) == [.approximated])
    }

    @Test func aRebootAloneTellsTheSocketWhereItsDriverIsOurs() {
        let plan = plan(["hard_reset_command": "pduclient --daemon d --hostname p --command reboot --port 4"])
        #expect(plan.power?.channel == 4)
        #expect(plan.findings.contains { $0.quality == .approximated && $0.subject == "hard_reset_command" })
        let other = self.plan(["hard_reset_command": "reset-tool 4"])
        #expect(other.power == nil)
        #expect(other.findings.filter { $0.quality == .left }.map(\.subject) == ["power", "hard_reset_command"])
    }

    @Test func switchesThatDisagreeStayCommands() {
        let plan = plan(["power_on_command": "ykushcmd -u 1", "power_off_command": "ykushcmd -d 2"])
        #expect(plan.power == nil)
        #expect(plan.commands?.off == ["ykushcmd", "-d", "2"])
    }

    @Test func nothingIsLostOfWhatHasNoPlace() {
        let plan = plan([
            "pre_power_command": "otg off", "soft_reboot_command": "reboot", "user_commands": ["x": ["do": 5]],
            "power_on_command": "it's",
        ])
        let left = plan.findings.filter { $0.quality == .left }
        #expect(
            Set(left.map(\.subject)) == [
                "pre_power_command", "soft_reboot_command", "user_commands: x", "power_on_command", "power",
            ])
    }

    @Test func boardsThatDifferInANumberShareADevice() {
        let commands = [1, 2, 3].map {
            (on: ["/x/ctl.sh", "7", "\($0)", "on"], off: ["/x/ctl.sh", "7", "\($0)", "off"])
        }
        let groups = CommandGroups(commands)
        let channels = commands.map { groups.channel(of: $0, board: "b") }
        #expect(channels.map(\.channel) == [1, 2, 3])
        #expect(Set(channels.map(\.device)).count == 1)
        #expect(channels[0].device.suggestedName == "ctl")
        let lone = groups.channel(of: (on: ["y", "1"], off: ["y", "1", "off"]), board: "b")
        #expect(lone.device.suggestedName == "b-power")
    }

    private static let consoles: [(String, ConsoleCommand)] = [
        ("picocom -b 9600 /dev/ttyS0", ConsoleCommand.terminal(path: "/dev/ttyS0", baud: 9600)),
        ("screen -S x /dev/ttyUSB0 57600,cs8", .terminal(path: "/dev/ttyUSB0", baud: 57600)),
        ("microcom -p /dev/ttyUSB1", .terminal(path: "/dev/ttyUSB1", baud: nil)),
        ("telnet host 7001", .network(host: "host", port: "7001")),
        ("socat - tcp:h:1,nodelay", .network(host: "h", port: "1")), ("ssh host cat /dev/ttyS0", .other),
        ("telnet host", .other),
    ]

    @Test(arguments: consoles)
    func consolesAreUnderstood(text: String, console: ConsoleCommand) {
        #expect(ConsoleCommand(CommandWords.split(text) ?? []) == console)
    }
}
