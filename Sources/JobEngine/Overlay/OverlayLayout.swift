import LabModel

/// Lays out the files that the test shell runs on the board, as LAVA's test definitions expect them.
struct OverlayLayout {
    let root: String
    let job: JobID
    let board: BoardName
    let plan: JobPlan
    let profile: DeviceProfile
    /// The job's group; nil for a job of its own.
    var group: GroupRoster?

    private var base: String { String(root.drop { $0 == "/" }) }

    /// Everything under the root, parents before children.
    func entries(_ stages: [TestStage]) -> [OverlayEntry] {
        var entries = [folder(""), folder("/bin")]
        for helper in HelperScripts.all(shell: profile.constants.testShell) {
            entries.append(file("/bin/\(helper.name)", helper.text, mode: 0o755))
        }
        for helper in group.map({ GroupScripts.all(shell: profile.constants.testShell, group: $0, job: job) }) ?? [] {
            entries.append(file("/bin/\(helper.name)", helper.text, mode: 0o755))
        }
        entries.append(file("/environment", environment))
        entries.append(file("/secrets", secrets, mode: 0o600))
        for stage in stages { entries += self.entries(of: stage) }
        return entries
    }

    private func entries(of stage: TestStage) -> [OverlayEntry] {
        let place = "/\(stage.number)"
        let lines = stage.tests.map { "\(root)\(place)/tests/\($0.suite)\n" }.joined()
        var entries = [
            folder(place), folder("\(place)/tests"), folder("\(place)/results"), folder("\(place)/signals.d"),
            file("\(place)/lava-test-runner.conf", lines), file("\(place)/lava-test-runner.all", lines),
        ]
        for test in stage.tests {
            let own = "\(place)/tests/\(test.suite)"
            let script = RunScript(test: test, folder: root + own)
            if case .inline = test.request.source, test.definition.install.gitRepositories.isEmpty {
                entries.append(folder(own))
            } else {
                entries.append(OverlayEntry(path: base + own, mode: 0o755, content: .tree(test.folder)))
            }
            entries += [
                file("\(own)/testdef.yaml", test.definition.text), file("\(own)/uuid", test.uuid + "\n"),
                file("\(own)/testdef_metadata", metadata(of: test)),
                file("\(own)/install.sh", script.install, mode: 0o755), file("\(own)/run.sh", script.run, mode: 0o755),
            ]
        }
        return entries
    }

    private var environment: String {
        var values = profile.environment
        values.merge(plan.environment) { $1 }
        values["LAVA_JOB_ID"] = job.description
        values["LAVA_JOB_TAGS"] = plan.tags.joined(separator: " ")
        values["LAVA_DEVICE_HOSTNAME"] = board.rawValue
        values["LAVA_DEVICE_TYPE"] = profile.type.rawValue
        values["LAVA_DISPATCHER_IP"] = profile.network?.httpAddress
        return values.sorted { $0.key < $1.key }.map { "export \($0.key)=\(shellQuoted($0.value))\n" }.joined()
    }

    private var secrets: String {
        plan.secrets.sorted { $0.key < $1.key }.map { "\($0.key)=\(shellQuoted($0.value))\n" }.joined()
    }

    private func metadata(of test: StagedTest) -> String {
        var lines = "name: \(test.request.name)\npath: \(test.request.path)\n"
        switch test.request.source {
        case .inline: lines += "from: inline\n"
        case .git(let git): lines += "from: git\nrepository: \(git.repository)\n"
        case .url(let url): lines += "from: url\nrepository: \(url.url)\n"
        }
        if let commit = test.commit { lines += "commit_id: \(commit)\n" }
        return lines
    }

    private func folder(_ path: String) -> OverlayEntry {
        OverlayEntry(path: base + path, mode: 0o755, content: .directory)
    }

    private func file(_ path: String, _ text: String, mode: UInt16 = 0o644) -> OverlayEntry {
        OverlayEntry(path: base + path, mode: mode, content: .bytes(Array(text.utf8)))
    }
}

/// A text as one word of a POSIX shell.
func shellQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}
