import DeviceDrivers
import Glibc
import LabModel

/// What this host has of USB, serial ports and GPIO, and what the configuration's devices need of it. Nothing is opened
/// but gpiochips, and nothing is switched.
struct DeviceExamination {
    let configuration: LabdConfiguration
    var usb = SysfsUSB()
    var chips = GPIOChips()

    var checks: [HostCheck] { [usbCheck, serialCheck, gpioCheck] + keeperCheck + configuration.devices.map(device) }

    private var usbCheck: HostCheck {
        guard usb.exists else {
            return HostCheck(
                name: "USB", verdict: .ok, detail: "this host has none; USB relays and hubs cannot be used")
        }
        let identities = usb.identities()
        let known = Set(DriverRegistry.kinds.flatMap(\.facts.ids))
        let fitting = identities.count { known.contains($0.id) }
        return HostCheck(
            name: "USB", verdict: .ok,
            detail: "\(identities.count) devices, \(fitting) of them with a driver; `lablctl discover` lists them")
    }

    private var serialCheck: HostCheck {
        let ports = usb.identities().flatMap { usb.ports(at: $0.path) }
        guard !ports.isEmpty else {
            return HostCheck(name: "serial ports", verdict: .ok, detail: "this host has none on USB")
        }
        let closed = ports.filter { access("/dev/\($0)", R_OK | W_OK) != 0 }
        return HostCheck(
            name: "serial ports", verdict: closed.isEmpty ? .ok : .limited,
            detail: ports.joined(separator: ", ")
                + (closed.isEmpty ? "" : "; labd may not open \(closed.joined(separator: ", "))"),
            mend: closed.isEmpty ? nil : "usermod --append --groups dialout USER")
    }

    private var gpioCheck: HostCheck {
        let found = chips.chips()
        guard !found.isEmpty else {
            return HostCheck(
                name: "GPIO", verdict: .ok, detail: "this host has no gpiochip that labd may open")
        }
        let names = found.map { "\($0.name) [\($0.label)]" }.joined(separator: ", ")
        return HostCheck(name: "GPIO", verdict: .ok, detail: "\(names); libgpiod \(GPIOChips.libraryVersion)")
    }

    /// Only labs that hold lines need who holds them.
    private var keeperCheck: [HostCheck] {
        guard configuration.devices.contains(where: { $0.driver == "gpio" }) else { return [] }
        let name = "keeper of GPIO lines"
        guard let program = HostLinks.keeperProgram() else {
            return [
                HostCheck(
                    name: name, verdict: .missing, detail: "lab-keeper was not found; no GPIO line can be held",
                    mend: "put lab-keeper beside labd, or into PATH")
            ]
        }
        let socket = StatePlaces(root: configuration.state).keeper
        guard let keys = HostLinks.heldLines(keeperSocket: socket) else {
            return [HostCheck(name: name, verdict: .ok, detail: "\(program), started when a line is needed")]
        }
        return [HostCheck(name: name, verdict: .ok, detail: "runs, and holds \(keys) groups of lines")]
    }

    private func device(_ definition: DeviceDefinition) -> HostCheck {
        let name = "device \(definition.name)"
        guard let facts = DriverRegistry.kind(named: definition.driver)?.facts else {
            return HostCheck(name: name, verdict: .missing, detail: "there is no driver \(definition.driver)")
        }
        do throws(Failure) {
            _ = try DriverOptions(definition.options, of: facts, device: definition.name)
        } catch {
            return HostCheck(name: name, verdict: .missing, detail: error.description)
        }
        let proof =
            !facts.isProven
            ? "unproven: tried with a model of the device only"
            : "proven with " + facts.proofs.map(\.description).joined(separator: ", ")
        return HostCheck(
            name: name, verdict: facts.isProven ? .ok : .limited, detail: "driver \(facts.name), \(proof)")
    }
}
