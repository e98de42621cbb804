import BenchKit
import Foundation

// Reads rows, one JSON object a line, and prints the table. Exit code 1 when a row was missed by more than 1.5 times.

/// A number with three digits that count.
func figure(_ value: Double) -> String {
    let size = abs(value)
    let digits = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4
    return String(format: "%.\(digits)f", value)
}

func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
    let fill = String(repeating: " ", count: max(0, width - text.count))
    return right ? fill + text : text + fill
}

var rows: [BenchRow] = []
while let line = readLine() {
    guard line.hasPrefix("{") else { continue }
    rows.append(try JSONDecoder().decode(BenchRow.self, from: Data(line.utf8)))
}
// 99th percentiles have columns where a row has them.
let hasTails = rows.contains { $0.tail != nil }
let tails = hasTails ? ["floor p99", "labd p99"] : []
let header = ["what", "floor", "labd"] + tails + ["unit", "ratio", "target", ""]
let cells = rows.map { row in
    let figures = [row.floor, row.ours] + (hasTails ? [row.floorTail, row.tail] : [])
    return [row.what] + figures.map { $0.map(figure) ?? "-" } + [
        row.unit, row.ratio.map { figure($0) + " x" } ?? "-", row.target ?? "-", row.verdict.rawValue,
    ]
}
// Figures stand to the right.
let right = Set(1...(2 + tails.count)).union([4 + tails.count])
let widths = header.indices.map { column in ([header] + cells).map { $0[column].count }.max() ?? 0 }
for (number, line) in ([header] + cells).enumerated() {
    let text = line.enumerated().map { pad($1, widths[$0], right: right.contains($0)) }
    print(text.joined(separator: "  "))
    if number == 0 { print(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")) }
}
print()
for row in rows {
    print("- \(row.what): \(row.floorName.map { "floor: \($0). " } ?? "")\(row.note)")
}
exit(rows.contains { $0.verdict == .missed } ? 1 : 0)
