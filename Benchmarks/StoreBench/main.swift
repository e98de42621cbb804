import BenchKit
import BenchSQLite

// Without arguments, or with a number of turns: the store's rows of `make bench`; a second argument names one group of
// them, `submissions` or `start`.
// `fill STATE_FOLDER COUNT`: a state folder whose database holds so many results, for others to start labd on.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "fill" {
    guard arguments.count == 3, let count = Int(arguments[2]), count > 0 else {
        throw BareDatabase.Trouble(description: "StoreBench fill STATE_FOLDER COUNT")
    }
    try await ResultFill.fill(arguments[1], count: count)
} else {
    let turns = Bench.turns(standard: 5)
    let group = arguments.dropFirst().first
    if group == nil || group == "submissions" {
        try await SubmissionRows(folder: TemporaryFolder(), turns: turns).report()
    }
    if group == nil || group == "start" {
        try await StartRows(folder: TemporaryFolder(), turns: turns).report()
    }
}
