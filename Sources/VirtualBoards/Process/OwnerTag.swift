public import LabModel

/// Who started a process, written into its environment as `LABD_OWNER=<lab>:<epoch>`.
public struct OwnerTag: Hashable, Sendable {
    /// The environment variable's name.
    public static let variable = "LABD_OWNER"

    /// Tells one lab's processes from another's on the same host: letters, digits, `-`, `_` and `.` only.
    public let lab: String
    public let epoch: Epoch

    /// Characters of `lab` that are not allowed become `_`.
    public init(lab: String, epoch: Epoch) {
        self.lab = String(lab.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" })
        self.epoch = epoch
    }

    /// The value of the variable.
    public var value: String { "\(lab):\(epoch)" }

    /// Reads a value; nil when it is not one.
    public init?(value: some StringProtocol) {
        let parts = value.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let epoch = Int64(parts[1]) else { return nil }
        self.init(lab: String(parts[0]), epoch: Epoch(rawValue: epoch))
    }
}
