import BenchKit
import Foundation

// DeviceBench [TURNS]: from the command of a cut to the contact of the device, for each driver of what is plugged into
// the lab's host. Some can be measured on any machine; others need a kernel that has USB, gpiochips and serial ports, which
// is that of the emulated bench: `lab-bench/run -- DeviceBench`.
// DeviceBench --missing REASON <ROWS: a row for each driver that the rows do not have, with the reason.
if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "--missing" {
    var measured: Set<String> = []
    while let line = readLine() {
        if let row = try? JSONDecoder().decode(BenchRow.self, from: Data(line.utf8)) { measured.insert(row.what) }
    }
    for row in DeviceRow.all where !measured.contains(row.what) {
        try Bench.report(row.missing(because: CommandLine.arguments[2]))
    }
} else {
    let turns = Bench.turns(standard: DeviceRow.Place.here == .host ? 200 : 100)
    for row in DeviceRow.all where row.place == .here {
        Bench.progress(row.what)
        do {
            try Bench.report(try await row.measure(row, turns))
        } catch {
            try Bench.report(row.missing(because: "\(error)"))
        }
    }
}
