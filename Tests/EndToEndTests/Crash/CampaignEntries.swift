import Foundation

/// The boots that a campaign's journal holds, as its frames: length, checksum of the length, bytes, their checksum.
struct CampaignEntries {
    var entries: [Data] = []

    init(_ folder: String) {
        guard let bytes = FileManager.default.contents(atPath: folder + "/campaign.journal") else { return }
        // Eight bytes that name the format; the first frame names the campaign.
        var place = 8
        while place + 12 <= bytes.count {
            let size = bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard place + 12 + size <= bytes.count else { break }
            entries.append(bytes[place + 8..<place + 8 + size])
            place += 12 + size
        }
        if !entries.isEmpty { entries.removeFirst() }
    }
}

/// Whether `process` is an emulator.
func isMachine(_ process: Int32) -> Bool {
    let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
    return line.starts(with: Array("qemu-system".utf8))
}
