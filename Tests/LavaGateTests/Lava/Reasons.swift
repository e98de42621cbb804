import JobDSL
import LabModel

/// Why we and LAVA's submission schema may judge a job differently: classes, each with what shows that it applies.
struct Reason: Sendable, Hashable {
    var name: String
    /// What its findings say; any of them is enough.
    var signs: [String]

    init(_ name: String, _ signs: String...) {
        self.name = name
        self.signs = signs
    }

    /// Whether `finding` is of this class. A sign may leave out words with `…`.
    func covers(_ finding: String) -> Bool {
        signs.contains { sign in
            var rest = finding[...]
            return sign.split(separator: "…").allSatisfy { part in
                guard let found = rest.firstRange(of: String(part)) else { return false }
                rest = rest[found.upperBound...]
                return true
            }
        }
    }
}

extension Reason {
    /// We refuse what LAVA's submission schema takes. It looks into actions hardly at all: LAVA's dispatcher does, when
    /// the board is already taken.
    static let stricter = [
        Reason("a key stands twice: readers take one of them in silence", "stands more than once in this mapping"),
        Reason("one entry of `actions`, one block: the dispatcher refuses others", "keys; it needs exactly one"),
        Reason("two forms in one test block: the dispatcher runs one of them", "`test` takes only one of"),
        Reason("nothing to run or to wait for", "needs at least one", "must not be empty", "the text is empty"),
        Reason(
            "a duration of nothing, or of several units", "needs exactly one of days, hours, minutes or seconds",
            "must be from 1 to"),
        Reason("numbers beyond what has a meaning", "must be from", "must be at least"),
        Reason(
            "numbers that readers take differently, texts and booleans as numbers",
            "needs a whole number", "needs true or false"),
        Reason("names of definitions are not unique or no words", "has the name of the one", "cannot name a test"),
        Reason("given up by LAVA since", "was removed from LAVA"),
        Reason("variables that no shell takes", "is not a name that a shell variable can have"),
        Reason("several boards: the schema leaves the job's own keys to the splitter", "belongs to the roles of"),
        Reason("no board to run on", "a job needs `device_type`"),
        Reason("a visibility for nobody", "`visibility` needs `group`"),
        Reason("digests and paths that cannot be", "hexadecimal digits", "must stay inside", "must not begin with"),
        Reason("labels that become file names", "cannot name an image"),
        Reason("namespaces that LAVA keeps for itself", "is a reserved namespace"),
        Reason("`failure_retry` and `repeat` exclude each other", "takes `failure_retry` or `repeat`"),
        Reason("YAML tags", "tags such as"),
        Reason("roles and messages that no shell could name", "cannot be the name of a role", "a text with blanks"),
    ]

    /// LAVA's own `jobs validate` refuses the job as well.
    static let refusedByLint = Reason("LAVA's second schema, of `jobs validate`, refuses it too")

    /// For what even that schema leaves open.
    static let inActions = [
        Reason("keys that an action cannot run without", "` needs `", "an interactive test needs", "definition needs"),
        Reason("words inside actions that the dispatcher does not know", "cannot be `", "is not a URL", "the scheme `"),
        Reason(
            "types inside actions and of variables, which the dispatcher stumbles over",
            "needs text", "needs a list", "needs a mapping", "needs a duration", "needs one of"),
    ]

    /// We take what LAVA's submission schema refuses.
    static let wider = [
        Reason(
            "what a job says to our queue", "extra keys not allowed @ data['needs']",
            "extra keys not allowed @ data['retry']", "extra keys not allowed @ data['on_failure']",
            "extra keys not allowed @ data['matrix']"),
        Reason("`power_cut` is our own block", "extra keys not allowed @ data['actions']…['power_cut']"),
        Reason(
            "an inline definition may have the keys that a definition's file has",
            "extra keys not allowed @ …['repository']['params']",
            "extra keys not allowed @ …['repository']['parameters']",
            "extra keys not allowed @ …['repository']['expected']"),
        Reason(
            "LAVA learned it after the version that Debian has",
            "extra keys not allowed @ data['actions']…['monitors']…['expected']",
            "extra keys not allowed @ data['actions']…['interactive']…['expected']",
            "extra keys not allowed @ data['device']", "extra keys not allowed @ data['worker']",
            "extra keys not allowed @ data['context']['no_network']",
            "extra keys not allowed @ data['context']['deploy_character_delay']"),
    ]

    /// The reasons for one disagreement, or what no reason covers.
    static func explain(_ ours: CompiledJob, _ theirs: LavaSchema.Verdict) -> (reasons: Set<Reason>, open: [String]) {
        let isStricter = theirs.isAccepted
        let findings =
            isStricter
            ? ours.diagnostics.filter { $0.severity == .error }.map(\.message)
            : theirs.gate.split(separator: "\n").map(String.init)
        var reasons: Set<Reason> = []
        var open: [String] = []
        for finding in findings {
            if let reason = (isStricter ? stricter : wider).first(where: { $0.covers(finding) }) {
                reasons.insert(reason)
            } else if isStricter, !theirs.lint.isEmpty {
                reasons.insert(refusedByLint)
            } else if isStricter, let reason = inActions.first(where: { $0.covers(finding) }) {
                reasons.insert(reason)
            } else {
                open.append(finding)
            }
        }
        return (reasons, open)
    }
}
