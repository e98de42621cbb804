import Glibc

/// What comes with the programs: device types and the board kit's build script.
public struct SharedFiles: Sendable {
    /// The folder that holds `device-types` and `board-kit`.
    public let root: String

    public init(root: String) {
        self.root = root
    }

    public var deviceTypes: String { root + "/device-types" }
    public var kitBuilder: String { root + "/board-kit/build" }

    /// Looks where `LABD_SHARE` says, beside an installed program (`../share/labd`), and in the folders above a program
    /// that was built in a checkout.
    public static func find(environment: [String: String], executable: String) -> SharedFiles? {
        var places = environment["LABD_SHARE"].map { [$0] } ?? []
        var folder = executable
        var isFirst = true
        while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = String(folder[..<slash])
            places.append(isFirst ? folder + "/../share/labd" : folder)
            isFirst = false
        }
        return places.first { access($0 + "/device-types/base", R_OK) == 0 }.map { SharedFiles(root: $0) }
    }
}
