import LabModel

/// The two scripts of a test definition: `install.sh` and `run.sh`.
struct RunScript {
    let test: StagedTest
    /// The definition's folder on the board.
    let folder: String

    /// Parameters, marks and steps of the test.
    var run: String {
        var lines = parameters
        lines += ["export TESTRUN_ID=\(shellQuoted(test.suite))", "cd \(shellQuoted(folder))", "read -r UUID < uuid"]
        if test.request.usesKernelMessages { lines += ["# USE_KMSG", "export KMSG=true"] }
        lines += [". lava-signal-functions", #"lava_signals "STARTRUN $TESTRUN_ID $UUID""#]
        lines += test.definition.steps
        lines.append(#"lava-signal ENDRUN "$TESTRUN_ID" "$UUID""#)
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the definition wants to have installed, less what the job skips; empty when there is nothing to do.
    var install: String {
        let install = test.definition.install
        var lines: [String] = []
        if !isSkipped("keys") { lines += install.keys.map { "lava-add-keys \(shellQuoted($0))" } }
        if !isSkipped("sources") { lines += install.sources.map { "lava-add-sources \(shellQuoted($0))" } }
        if !isSkipped("deps") {
            if !install.dependencies.isEmpty {
                lines.append("lava-install-packages " + install.dependencies.map(shellQuoted).joined(separator: " "))
            }
            for (os, packages) in install.dependenciesByOS.sorted(by: { $0.key < $1.key }) {
                let words = packages.map(shellQuoted).joined(separator: " ")
                lines.append(
                    "if [ \"$(lava-os-build)\" = \(shellQuoted(os)) ]; then lava-install-packages \(words); fi")
            }
        }
        if !isSkipped("steps") { lines += install.steps }
        guard !lines.isEmpty else { return "" }
        // Any part that fails fails the installation.
        lines = parameters + ["set -e", "cd \(shellQuoted(folder))"] + lines
        return lines.joined(separator: "\n") + "\n"
    }

    /// The definition's parameters, then the job's, so that the job's win.
    private var parameters: [String] {
        (test.definition.parameters + test.request.parameters).map { "\($0.name)=\(shellQuoted($0.value))" }
    }

    private func isSkipped(_ part: String) -> Bool {
        test.request.skipInstall.contains(part) || test.request.skipInstall.contains("all")
    }
}
