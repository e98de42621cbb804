import JobDSL
import LabModel
import Testing

/// A valid job around some actions, for tests that look at one block. The actions begin in line 6.
func jobText(_ actions: String, more: String = "") -> String {
    """
    job_name: t
    visibility: public
    device_type: qemu
    timeouts: {job: {minutes: 10}}
    actions:
    \(actions)
    \(more)
    """
}

func compiled(_ text: String) -> CompiledJob { JobCompiler().compile(text) }

/// The action of the only block.
func onlyAction(_ actions: String) throws -> Action {
    let job = compiled(jobText(actions))
    let plan = try #require(job.plan, "\(job.diagnostics)")
    #expect(plan.blocks.count == 1)
    return plan.blocks[0].action
}

func errors(_ text: String) -> [String] {
    compiled(text).diagnostics.filter { $0.severity == .error }.map(\.description)
}
