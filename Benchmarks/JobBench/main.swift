import BenchKit
import Foundation
import Glibc

// The end-to-end rows of `make bench`: the real labd beside what the same thing cannot do without.
//
//   JobBench [TURNS] [PART]...     parts: job, cut, log, idle; all if none is named
let program = URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent
if program.hasPrefix("qemu-system-") {
    try StandInBoard(arguments: Array(CommandLine.arguments.dropFirst())).run()
}
signal(SIGPIPE, SIG_IGN)
let parts = Set(CommandLine.arguments.dropFirst().filter { Int($0) == nil })
func isWanted(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }

do {
    if isWanted("job") { try JobRows(turns: Bench.turns(standard: 5)).report() }
    if isWanted("cut") { try CutRows(cuts: 60).report() }
    if isWanted("log") { try LogRows(readers: 100).report() }
    if isWanted("idle") { try IdleRows().report() }
} catch {
    Bench.progress("\(error)")
    exit(1)
}
