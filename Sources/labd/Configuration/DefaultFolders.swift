import Glibc

/// Folders by the XDG base directory specification.
struct DefaultFolders {
    var state: String
    var kits: String

    init(environment: [String: String]) {
        let home = environment["HOME"] ?? "/root"
        state = (environment["XDG_STATE_HOME"] ?? home + "/.local/state") + "/labd"
        kits = (environment["XDG_CACHE_HOME"] ?? home + "/.cache") + "/labd/kits"
    }
}

/// What comes with the programs: device types and the board kit's build script.
struct SharedFiles {
    /// The folder that holds `device-types` and `board-kit`.
    let root: String

    var deviceTypes: String { root + "/device-types" }
    var kitBuilder: String { root + "/board-kit/build" }

    /// Looks where `LABD_SHARE` says, beside an installed program (`../share/labd`), and in the folders above a program
    /// that was built in a checkout.
    static func find(environment: [String: String], executable: String) -> SharedFiles? {
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
