import LabModel

/// A signal as it came over the line, with how far it can be trusted.
struct ReceivedSignal: Hashable, Sendable {
    enum Integrity: String, Sendable {
        /// Number and checksum fit.
        case intact
        /// Something was printed into its middle, and was taken out again until the checksum fitted.
        case repaired
        /// It was lost and sent again at the end of its block.
        case resent
        /// Printed without our helpers: there is nothing to check it by.
        case unprotected
    }

    var name: String
    /// The parameters, without number and checksum.
    var text: String
    /// Counts the signals of one test block from 1; nil for an unprotected one.
    var number: Int?
    var integrity: Integrity
    /// Where it ends on the console.
    var end = ConsoleOffset.start

    /// Whether what comes after it belongs to something else than what came before.
    var beginsSomething: Bool { name == "STARTRUN" || (name == "TESTSET" && text.hasPrefix("START")) }

    var signal: Signal { groupSignal.map { .group($0) } ?? Signal(name: name, text: text) }
}
