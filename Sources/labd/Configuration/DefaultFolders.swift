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
