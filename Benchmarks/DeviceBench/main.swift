import BenchKit
import DeviceModels
import Glibc
import LabModel

// DeviceBench [turns]: from the command of a cut to the contact of the device, for each kind of device that this machine
// can have: serial relays on pseudo-terminals everywhere, USB relays where the kernel has a virtual host controller
// (inside the emulated lab bench: lab-bench/run -- DeviceBench).
let turns = Bench.turns(standard: 300)
for bed in SerialBed.all { try await bed.row(turns) }
if access(USBIPPlug.controller, F_OK) == 0 {
    for bed in USBBed.all { try await bed.row(turns) }
} else {
    Bench.progress("no virtual USB host controller: USB relays are measured inside `lab-bench/run -- DeviceBench`")
}
