import Foundation

/// Which boards of a lab have power, as the machine's process table shows it: an emulator, or a host's shell, runs for
/// them.
struct PoweredBoards {
    /// Names of boards that run.
    let names: Set<String>
    /// Processes that carry the lab's tag, with the epoch in it.
    let processes: [(number: Int32, epoch: Int64)]

    init(lab state: String) {
        var names: Set<String> = []
        var found: [(Int32, Int64)] = []
        for number in EndToEndTests.processes(ownedBy: state) {
            let environment = Self.words("/proc/\(number)/environ")
            let line = Self.words("/proc/\(number)/cmdline")
            let tag = environment.first { $0.hasPrefix("LABD_OWNER=") }
            found.append((number, tag?.split(separator: ":").last.flatMap { Int64($0) } ?? -1))
            if let board = environment.first(where: { $0.hasPrefix("LABD_BOARD=") }) {
                names.insert(String(board.dropFirst("LABD_BOARD=".count)))
            } else if let place = line.firstIndex(of: "-name"), line.indices.contains(place + 1),
                line[place + 1].hasPrefix("labd-")
            {
                names.insert(String(line[place + 1].dropFirst("labd-".count)))
            }
        }
        self.names = names
        processes = found
    }

    private static func words(_ path: String) -> [String] {
        (FileManager.default.contents(atPath: path) ?? Data()).split(separator: 0)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
