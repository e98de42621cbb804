import LabWire

/// What lablctl advises when labd refuses: in its own words where the API speaks of paths and headers.
struct RefusalAdvice {
    var httpStatus: UInt
    /// The request's path.
    var target: String

    /// - Returns: what to try; nil when there is nothing to say.
    func text(insteadOf error: FailureInfo?) -> String? {
        if httpStatus == 401 { return "set LABD_TOKEN to the content of the file `token` in labd's state folder" }
        if httpStatus == 404, error?.message.hasPrefix("there is no ") ?? true, let lists { return lists }
        guard let advice = error?.advice, !advice.contains(LabClient.root) else { return nil }
        return advice
    }

    /// The command that lists what was asked for.
    private var lists: String? {
        let commands = [
            "boards": "`lablctl boards` lists them", "history": "`lablctl boards` lists them",
            "leases": "`lablctl boards` lists them", "device-types": "`lablctl device-type list` lists them",
            "jobs": "`lablctl jobs` lists them",
        ]
        let part = target.dropFirst(LabClient.root.count + 1).prefix { $0 != "/" && $0 != "?" }
        return target.hasPrefix(LabClient.root + "/") ? commands[String(part)] : nil
    }
}
