import Foundation
import LabModel

/// A time zone of this host.
struct HostZone: ZoneOffsets {
    private let zone: TimeZone

    /// Nil when the host knows no zone of that IANA name.
    init?(_ name: String) {
        guard name.utf8.count <= 64, let zone = TimeZone(identifier: name) else { return nil }
        self.zone = zone
    }

    func secondsFromUTC(at moment: Int) -> Int {
        zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(moment)))
    }
}
