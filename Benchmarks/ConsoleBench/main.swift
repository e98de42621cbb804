import BenchKit

// ConsoleBench [turns] [bulk|chunks|size|terminal|marker|readers …]
let rows: [(name: String, run: @Sendable () async throws -> Void)] = [
    ("bulk", bulkRow), ("chunks", smallChunksRow), ("size", consoleMemoryRows), ("terminal", terminalPathRows),
    ("marker", markerRow),
    ("readers", readersRow),
]
let wanted = CommandLine.arguments.dropFirst(2)
for row in rows where wanted.isEmpty || wanted.contains(row.name) { try await row.run() }
