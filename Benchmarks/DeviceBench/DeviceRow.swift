import BenchKit
import Glibc

/// One row of the table: how long a cut through one local driver takes to the device's side.
struct DeviceRow: Sendable {
    enum Place: String, Sendable {
        /// This machine: pseudo-terminals and programs.
        case host
        /// The guest of lab-bench, whose kernel has USB, gpiochips and serial ports.
        case bench = "emulated bench"

        /// Where this program runs.
        static var here: Place { getenv("LAB_BENCH") == nil ? .host : .bench }
    }

    /// As the registry names it.
    var driver: String
    var place: Place
    /// - Returns: the row's figures, taken over so many turns.
    var measure: @Sendable (_ row: DeviceRow, _ turns: Int) async throws -> BenchRow

    var what: String { "\(driver): command to contact, \(place.rawValue)" }

    func missing(because reason: String) -> BenchRow { BenchRow(notRun: what, because: reason) }
}
