import LabModel

/// Console, power and lines of one of labgrid's boards.
struct LabgridWiring {
    private var console: String?
    private var power: SwitchedChannel?
    private var commands: (on: [String], off: [String])?
    private var lines: [(name: String, channel: SwitchedChannel)] = []
    private(set) var findings: [ImportReport.Finding] = []
    private let place: LabgridPlace

    init(_ place: LabgridPlace) {
        self.place = place
        // An output that an environment uses as power is power.
        let outputsArePower = place.drivers.contains { $0.kind == "DigitalOutputPowerDriver" }
        for resource in place.resources { read(resource, outputsArePower: outputsArePower) }
        for driver in place.drivers { read(driver: driver) }
        if power == nil, commands == nil {
            findings.append(
                ImportReport.Finding(
                    .left, "power", "nothing here switches this board's power",
                    advice: "say what does under `options: power` before labd can take the board"))
        }
        if console == nil, !findings.contains(where: { $0.subject.contains("Serial") }) {
            findings.append(ImportReport.Finding(.left, "console", "there is no serial port for this board"))
        }
    }

    func apply(to board: inout BoardFile) {
        board.console = console
        board.lines = lines
        board.power = power
        if power == nil, let commands {
            board.power = SwitchedChannel(
                device: PowerPlan.command("\(board.name)-power", on: commands.on, off: commands.off), channel: 0)
        }
    }

    private mutating func add(
        _ quality: ImportReport.Quality, _ entry: LabgridEntry, _ message: String, advice: String? = nil
    ) {
        findings.append(
            ImportReport.Finding(
                quality, entry.name.map { "\(entry.kind) \($0)" } ?? entry.kind, message, advice: advice,
                place: entry.position.description))
    }

    private mutating func read(_ resource: LabgridEntry, outputsArePower: Bool) {
        if resource.kind.hasSuffix("SerialPort") { return readSerial(resource) }
        guard let switched = LabgridSwitch(resource) else {
            // What a job may use of a board, and labd does not yet.
            let isPower = resource.kind.contains("Power") || LabgridSwitch.outputs.contains(resource.kind)
            return add(
                .left, resource,
                isPower ? LabgridSwitch.reason(resource) : "labd has no use for it yet",
                advice: isPower ? "`lablctl discover --drivers` lists what labd can switch" : nil)
        }
        if let remark = switched.remark { add(.approximated, resource, remark) }
        let isOutput = LabgridSwitch.outputs.contains(resource.kind) && !outputsArePower
        if isOutput {
            lines.append((Self.lineName(resource, among: lines.map(\.name)), switched.channel))
        } else if power == nil {
            power = switched.channel
        } else {
            add(
                .left, resource, "a second switch for power; the board has the first",
                advice: "see `rails` of docs/hardware.md")
        }
    }

    private static func lineName(_ resource: LabgridEntry, among taken: [String]) -> String {
        let wanted = DeviceTable.fit(resource.name ?? resource.kind.lowercased())
        var name = wanted
        var number = 2
        while taken.contains(name) {
            name = "\(wanted)-\(number)"
            number += 1
        }
        return name
    }

    private mutating func readSerial(_ port: LabgridEntry) {
        guard console == nil else { return add(.left, port, "a second console; a board has one") }
        let speed = port.integer("speed") ?? 115_200
        let advice = "let a udev rule or a unit set its speed: `stty -F PORT \(speed) raw -echo`"
        switch port.kind {
        case "RawSerialPort":
            guard let path = port.text("port"), path.hasPrefix("/") else {
                return add(.left, port, "its `port` is no path")
            }
            console = path
            add(.approximated, port, "labd opens \(path) at the speed that it finds there", advice: advice)
        case "USBSerialPort":
            let match = port.parameters["match"]?.map ?? [:]
            if let path = match["ID_PATH"]?.string {
                console = "/dev/serial/by-path/\(path)-port0"
            } else if let name = match["ID_SERIAL"]?.string {
                let interface = match["ID_USB_INTERFACE_NUM"]?.string ?? "00"
                console = "/dev/serial/by-id/usb-\(name)-if\(interface)-port0"
            } else {
                let shown = PowerPlan.shown(port.parameters["match"])
                return add(
                    .left, port, "'\(shown)' does not tell the name of its device node",
                    advice: "look for it below /dev/serial/by-path and say `console: {device: …}`")
            }
            add(
                .approximated, port,
                "udev's name for this port is \(console ?? ""); adapters without `-portN` have none",
                advice: advice)
        default:
            let address = [port.text("host"), port.text("port")].compactMap { $0 }.joined(separator: ":")
            add(
                .left, port, "a console over the network (\(address)), and labd opens terminals of its own host only",
                advice:
                    "bridge it with `socat PTY,link=/run/lab/\(place.name),raw,echo=0 TCP:\(address)` as a service and say `console: {device: /run/lab/\(place.name)}`"
            )
        }
    }

    private mutating func read(driver: LabgridEntry) {
        switch driver.kind {
        case "ExternalPowerDriver":
            guard let on = driver.text("cmd_on").flatMap({ CommandWords.split($0) }), !on.isEmpty,
                let off = driver.text("cmd_off").flatMap({ CommandWords.split($0) }), !off.isEmpty
            else { return add(.left, driver, "it needs `cmd_on` and `cmd_off`") }
            if let known = PowerCommand(on), known.action == .on, PowerCommand(off)?.target == known.target {
                power = known.target
            } else {
                commands = (on, off)
            }
        case "ManualPowerDriver":
            add(.left, driver, "a person switches this board; labd needs a switch")
        case "ShellDriver":
            add(.left, driver, "prompt and login belong to a job's `boot` (`prompts`, `auto_login`)")
        case "BareboxDriver", "GrubDriver":
            add(.left, driver, "what it knows of the boot loader belongs to the device type")
        case "DigitalOutputPowerDriver", "NetworkPowerDriver", "PDUDaemonDriver":
            guard let delay = driver.parameters["delay"]?.double, delay != 2 else { return }
            add(.approximated, driver, "the \(delay) s between off and on are the type's `power: minimum_off_time`")
        default: break
        }
    }
}
