/// A regular expression of a plan, with its place.
public struct PlanPattern: Hashable, Sendable {
    public var pattern: ConsolePattern
    /// Where the block, or the test definition, begins that holds it.
    public var position: SourcePosition
    /// What it is for, such as `prompts` of a boot.
    public var what: String

    public init(pattern: ConsolePattern, position: SourcePosition, what: String) {
        self.pattern = pattern
        self.position = position
        self.what = what
    }
}

extension JobPlan {
    /// Every regular expression that the plan itself holds, in the order of its blocks. Those of the device type, and
    /// of test definitions that are still to be fetched, are not among them.
    public var patterns: [PlanPattern] {
        blocks.flatMap { block in
            let found: [PlanExpression] =
                switch block.action {
                case .boot(let boot): boot.expressions
                case .test(let test): test.content.expressions
                case .powerCut(let cut): cut.expressions
                case .powerCutExploration(let exploration): exploration.expressions
                case .powerCutSampling(let sampling): sampling.expressions
                case .deploy, .command, .unsupported: []
                }
            return found.map {
                PlanPattern(
                    pattern: ConsolePattern($0.text), position: $0.position ?? block.position, what: $0.what)
            }
        }
    }
}

/// An expression with what it is for; without a position of its own it has that of its block.
private struct PlanExpression {
    var text: String
    var what: String
    var position: SourcePosition?

    init(_ text: String, _ what: String, at position: SourcePosition? = nil) {
        self.text = text
        self.what = what
        self.position = position
    }
}

extension BootAction {
    /// An empty start or final message skips the wait and is no expression.
    fileprivate var expressions: [PlanExpression] {
        let single: [(String?, String)] = [
            (bootloaderFinalMessage, "`bootloader-final-message`"), (kernelStartMessage, "`kernel-start-message`"),
            (failureMessage, "`failure_message`"), (autoLogin?.loginPrompt, "`login_prompt`"),
            (autoLogin?.passwordPrompt, "`password_prompt`"),
        ]
        return prompts.map { PlanExpression($0, "`prompts`") }
            + single.compactMap { text, what in
                text.flatMap { $0.isEmpty ? nil : PlanExpression($0, what) }
            }
    }
}

extension TestAction.Content {
    fileprivate var expressions: [PlanExpression] {
        switch self {
        case .definitions(let requests):
            requests.compactMap { request in
                guard case .inline(let definition) = request.source, let parse = definition.parse else { return nil }
                return PlanExpression(
                    parse.pattern, "`parse` of the definition `\(request.name)`", at: request.position)
            }
        case .interactive(let scripts): scripts.flatMap(\.expressions)
        case .monitors(let monitors):
            monitors.flatMap { monitor in
                let what = "of the monitor `\(monitor.name)`"
                return [
                    PlanExpression(monitor.start, "`start` \(what)"), PlanExpression(monitor.end, "`end` \(what)"),
                    PlanExpression(monitor.pattern, "`pattern` \(what)"),
                ]
            }
        }
    }
}

extension InteractiveScript {
    fileprivate var expressions: [PlanExpression] {
        let what = "of the interactive test `\(name)`"
        return prompts.map { PlanExpression($0, "`prompts` \(what)") }
            + steps.flatMap { step in
                step.successes.map { PlanExpression($0, "`successes` \(what)") }
                    + step.failures.map { PlanExpression($0.message, "`failures` \(what)") }
            }
    }
}

extension PowerCutAction {
    fileprivate var expressions: [PlanExpression] {
        (trigger.marker.map { [PlanExpression($0, "`trigger.marker`")] } ?? [])
            + [PlanExpression(alive.marker, "`alive.marker`")] + prompts.map { PlanExpression($0, "`prompts`") }
    }
}

extension PowerCutExploration {
    fileprivate var expressions: [PlanExpression] {
        let single: [(String?, String)] = [
            (until.marker, "`until.marker`"), (phases, "`phases`"), (success, "`success`"),
            (alive.marker, "`alive.marker`"), (confirmed?.answer, "`confirmed.answer`"),
            (acknowledged, "`acknowledged`"),
        ]
        return single.compactMap { text, what in text.map { PlanExpression($0, what) } }
            + prompts.map { PlanExpression($0, "`prompts`") }
    }
}

extension PowerCutSampling {
    fileprivate var expressions: [PlanExpression] {
        let single: [(String?, String)] = [
            (until.marker, "`until.marker`"), (phases, "`phases`"), (success, "`success`"),
            (trigger?.marker, "`trigger.marker`"), (alive.marker, "`alive.marker`"),
        ]
        return single.compactMap { text, what in text.map { PlanExpression($0, what) } }
            + prompts.map { PlanExpression($0, "`prompts`") }
    }
}
