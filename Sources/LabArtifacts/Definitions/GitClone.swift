import Glibc
import LabModel

/// Clones a repository of a stranger with git: no prompts, no configuration of the host, no other transports.
struct GitClone {
    private let source: TestDefinitionRequest.GitSource
    private let url: String
    private let environment: [String: String]
    private let isLocal: Bool

    /// - Throws: `job` for a repository that may not be cloned.
    init(_ source: TestDefinitionRequest.GitSource, allowedFolders: AllowedFolders) throws(Failure) {
        for word in [source.branch, source.revision].compactMap(\.self) {
            guard !word.isEmpty, !word.hasPrefix("-"), word.utf8.count <= 255,
                word.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
            else { throw Failure(.job, "`\(ArchivePath.shown(word))` is not a branch or revision") }
        }
        self.source = source
        if source.repository.hasPrefix("/") || source.repository.hasPrefix("file://") {
            let text = source.repository.hasPrefix("/") ? "file://" + source.repository : source.repository
            url = "file://" + (try allowedFolders.resolve(try ImageURL(text).path))
            isLocal = true
        } else {
            let parsed = try ImageURL(source.repository)
            url = source.repository
            isLocal = false
            guard parsed.scheme != .file else { throw Failure(.bug, "a file URL was taken for a remote one") }
        }
        environment = Self.environment(isLocal: isLocal)
    }

    /// - Parameters:
    ///   - directory: exists and is empty.
    ///   - scratch: a folder that does not exist yet, for git's own files.
    /// - Returns: the commit that was checked out.
    /// - Throws: `infrastructure` when it cannot be cloned.
    func run(into directory: String, scratch: String) async throws -> String {
        try HostFolder.create(scratch, mode: 0o700)
        defer { try? HostFolder.remove(scratch) }
        // The folder was allowed by the configuration, whoever owns it.
        let trust = isLocal ? "[safe]\n\tdirectory = *\n" : ""
        try HostFile.create(scratch + "/gitconfig").write(Array(trust.utf8), at: 0)
        var variables = environment
        variables["HOME"] = scratch
        variables["GIT_CONFIG_GLOBAL"] = scratch + "/gitconfig"
        try await git(cloneArguments + ["--", url, directory], variables)
        if let revision = source.revision {
            try await git(["-C", directory, "checkout", "--quiet", "--detach", revision], variables)
            if source.isRecursive {
                try await git(["-C", directory, "submodule", "--quiet", "update", "--init", "--recursive"], variables)
            }
        }
        let commit = try await git(["-C", directory, "rev-parse", "HEAD"], variables)
        if !source.keepsHistory {
            try await BlockingWork.run { _ in try HostFolder.remove(directory + "/.git") }
        }
        return String(commit.prefix { !$0.isWhitespace })
    }

    private var cloneArguments: [String] {
        var arguments = ["clone", "--quiet", "--template="]
        // A revision may be any commit or tag, so it needs them all.
        if source.revision == nil { arguments.append("--no-tags") }
        if source.isShallow, source.revision == nil { arguments += ["--depth", "1"] }
        if let branch = source.branch { arguments += ["--branch", branch] }
        if source.isRecursive {
            arguments.append("--recurse-submodules")
            if source.isShallow, source.revision == nil { arguments.append("--shallow-submodules") }
        }
        return arguments
    }

    @discardableResult
    private func git(_ arguments: [String], _ variables: [String: String]) async throws -> String {
        // A server that sends less than a byte a second for a minute is gone.
        let settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "http.lowSpeedLimit=1", "http.lowSpeedTime=60",
            "http.followRedirects=initial", "advice.detachedHead=false",
        ]
        let tool = Tool("git", settings.flatMap { ["-c", $0] } + arguments, environment: variables)
        let repository = ImageURL.masked(source.repository)
        return try await tool.run(failing: .infrastructure) { complaint in
            Failure(
                .infrastructure,
                "cannot clone \(repository): \(ImageURL.masked(Tool.lastLines(complaint)))",
                advice: "check the repository's URL, branch and revision, and that the server is reachable")
        }
    }

    /// What git needs of ours, and of the host only how to reach the network.
    private static func environment(isLocal: Bool) -> [String: String] {
        var variables = [
            "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false", "SSH_ASKPASS": "/bin/false",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1", "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_ALLOW_PROTOCOL": isLocal ? "file" : "http:https", "GIT_PROTOCOL_FROM_USER": "0",
        ]
        let passed = [
            "http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
            "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH",
        ]
        for name in passed {
            if let value = getenv(name) { variables[name] = String(cString: value) }
        }
        return variables
    }
}
