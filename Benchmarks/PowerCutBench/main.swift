import BenchKit
import Foundation
import Glibc

// The rows of `make bench` for power cuts: the disk of a crash state beside a plain file, pruning, whole campaigns.
//
//   PowerCutBench [TURNS] [PART]...     parts: replay, pruning, boot, campaign; all if none is named
signal(SIGPIPE, SIG_IGN)
let parts = Set(CommandLine.arguments.dropFirst().filter { Int($0) == nil })
func isWanted(_ part: String) -> Bool { parts.isEmpty || parts.contains(part) }

do {
    if isWanted("replay") { try await ReplayRows(turns: Bench.turns(standard: 11)).report() }
    if isWanted("pruning") { try PruningRows().report() }
    if isWanted("boot") { try await BootRows(turns: Bench.turns(standard: 4)).report() }
    if isWanted("campaign") { try CampaignRows().report() }
} catch {
    Bench.progress("\(error)")
    exit(1)
}
