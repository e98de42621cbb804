import BenchKit
import BenchSQLite
import Foundation

// Without arguments, or with a number of turns: the rows of `make bench` about results and their history; a second
// argument names one group of them, `empty` or `full`. LABD_BENCH_RESULTS: how many results a full store has.
let turns = Bench.turns(standard: 5)
let group = CommandLine.arguments.dropFirst(2).first
if group == nil || group == "empty" {
    let folder = try TemporaryFolder()
    try await IngestRows(path: folder.path + "/labd.sqlite", floorPath: folder.path + "/bare.sqlite", turns: turns)
        .report(in: "an empty store", target: 50_000)
}
if group == nil || group == "full" {
    let full = try FullStore()
    try await IngestRows(path: full.database, floorPath: full.database, turns: turns)
        .report(in: "a store with \(full.words) results", target: 20_000)
    try QueryRows(store: full, requests: turns * 1000).report()
}
