import Foundation
import LabModel
import Testing

@testable import LabArtifacts

/// Takes any text for a definition; `clone URL` lines become `git-repos`.
private struct LineReader: TestDefinitionReader {
    func read(_ text: String, file: String) throws(Failure) -> TestDefinition {
        let repositories = text.split(separator: "\n").filter { $0.hasPrefix("clone ") }.map { line in
            let words = line.split(separator: " ").map(String.init)
            return TestDefinition.GitRepository(url: words[1], destination: words.count > 2 ? words[2] : nil)
        }
        return TestDefinition(
            name: file, install: .init(gitRepositories: repositories), steps: ["true"], text: text)
    }
}

/// Copies a file instead of downloading.
private struct LocalFiles: ArtifactSource {
    func fetch(
        _ image: ImageRequest, into directory: String, keepsCompression: Bool,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(Failure) -> FetchedImage {
        FetchedImage(name: image.name, path: image.url, size: 0, sha256: "", cameFromCache: false)
    }
}

@Suite struct TestDefinitionsTests {
    private func source(_ folder: TemporaryFolder) -> TestDefinitions {
        TestDefinitions(images: LocalFiles(), reader: LineReader(), allowedFolders: [folder.path + "/repos"])
    }

    /// A repository with two commits and a tag on the first.
    private func repository(_ folder: TemporaryFolder, _ name: String, second: String = "second\n") throws -> String {
        let path = try folder.folder("repos/\(name)")
        let script = """
            set -e
            git init -q -b main .
            git config user.email lab@example.org; git config user.name lab
            mkdir -p tests; echo first > tests/smoke.yaml; git add -A; git commit -qm one; git tag v1
            printf '%s' '\(second)' > tests/smoke.yaml; ln -s /etc/passwd tests/out; git add -A; git commit -qm two
            git branch other
            """
        _ = try #require(try run("sh", ["-c", script], in: path))
        return path
    }

    private func request(_ source: TestDefinitionRequest.Source, path: String = "tests/smoke.yaml")
        -> TestDefinitionRequest
    {
        TestDefinitionRequest(name: "smoke", source: source, path: path)
    }

    @Test func anInlineDefinitionFetchesNothing() async throws {
        let folder = try TemporaryFolder()
        let definition = TestDefinition(name: "inline", steps: ["true"])
        let fetched = try await source(folder).fetch(request(.inline(definition)), into: folder.folder("out"))
        #expect(fetched.definition == definition && fetched.commit == nil)
        #expect(try HostFolder.names(in: folder.path + "/out").isEmpty)
    }

    @Test func aRepositoryIsClonedWithoutItsHistory() async throws {
        let folder = try TemporaryFolder()
        let path = try repository(folder, "a")
        let head = try #require(try run("git", ["rev-parse", "HEAD"], in: path)).prefix(40)
        let fetched = try await source(folder).fetch(
            request(.git(.init(repository: path, branch: "other"))), into: folder.folder("out"))
        #expect(fetched.definition.text == "second\n" && fetched.commit == String(head))
        #expect(!folder.exists("out/.git") && folder.exists("out/tests/smoke.yaml"))
        #expect(!folder.exists("out.git-home"))
    }

    @Test func aRevisionIsCheckedOutAndHistoryKept() async throws {
        let folder = try TemporaryFolder()
        let path = try repository(folder, "a")
        let git = TestDefinitionRequest.GitSource(
            repository: "file://" + path, revision: "v1", isShallow: false, keepsHistory: true)
        let fetched = try await source(folder).fetch(request(.git(git)), into: folder.folder("out"))
        #expect(fetched.definition.text == "first\n")
        #expect(folder.exists("out/.git"))
    }

    @Test func furtherRepositoriesAreClonedBesideTheDefinition() async throws {
        let folder = try TemporaryFolder()
        let tools = try repository(folder, "tools.git")
        let path = try repository(folder, "a", second: "clone \(tools) deep/tools\nclone \(tools)\n")
        _ = try await source(folder).fetch(request(.git(.init(repository: path))), into: folder.folder("out"))
        #expect(folder.exists("out/deep/tools/tests/smoke.yaml") && folder.exists("out/tools/tests/smoke.yaml"))

        var skipping = request(.git(.init(repository: path)))
        skipping.skipInstall = ["git-repos"]
        _ = try await source(folder).fetch(skipping, into: folder.folder("skipped"))
        #expect(!folder.exists("skipped/tools"))
    }

    @Test func aDestinationStaysInside() async throws {
        let folder = try TemporaryFolder()
        let tools = try repository(folder, "tools")
        for (index, place) in ["../up", "/abs", "tests"].enumerated() {
            let path = try repository(folder, "a\(index)", second: "clone \(tools) \(place)\n")
            await #expect(throws: Failure.self, "\(place)") {
                try await source(folder).fetch(
                    request(.git(.init(repository: path))), into: folder.folder("out\(index)"))
            }
        }
        #expect(!folder.exists("up"))
    }

    @Test(arguments: ["../a.yaml", "/etc/passwd", "tests/out", "tests/missing", "tests"])
    func theDefinitionsFileStaysInside(path: String) async throws {
        let folder = try TemporaryFolder()
        let repository = try repository(folder, "a")
        await #expect(throws: Failure.self) {
            try await source(folder).fetch(
                request(.git(.init(repository: repository)), path: path), into: folder.folder("out"))
        }
    }

    @Test(arguments: ["ext::sh -c id", "ssh://host/x", "--upload-pack=id", "git@host:x", "/outside"])
    func otherTransportsAreTheJobsFault(repository: String) async throws {
        let folder = try TemporaryFolder()
        let failure = await #expect(throws: Failure.self) {
            try await source(folder).fetch(request(.git(.init(repository: repository))), into: folder.folder("out"))
        }
        #expect(failure?.type == .job)
    }

    @Test func optionsInBranchesAreRefused() async throws {
        let folder = try TemporaryFolder()
        let path = try repository(folder, "a")
        for git in [
            TestDefinitionRequest.GitSource(repository: path, branch: "--upload-pack=id"),
            TestDefinitionRequest.GitSource(repository: path, revision: "-f"),
        ] {
            let failure = await #expect(throws: Failure.self) {
                try await source(folder).fetch(request(.git(git)), into: folder.folder("out"))
            }
            #expect(failure?.type == .job)
        }
    }

    @Test func aMissingBranchNamesTheRepository() async throws {
        let folder = try TemporaryFolder()
        let path = try repository(folder, "a")
        let failure = await #expect(throws: Failure.self) {
            try await source(folder).fetch(
                request(.git(.init(repository: path, branch: "nowhere"))), into: folder.folder("out"))
        }
        #expect(failure?.type == .infrastructure && failure?.message.contains("nowhere") == true)
        #expect(failure?.place == "test definition smoke")
    }

    @Test func anArchiveIsUnpacked() async throws {
        let folder = try TemporaryFolder()
        var tar = TarBuilder()
        tar.add("top/tests/smoke.yaml", data: Array("packed\n".utf8))
        let archive = try folder.write(tar.archive, to: "a.tar")
        let url = TestDefinitionRequest.Source.url(.init(url: archive, stripComponents: 1))
        let fetched = try await source(folder).fetch(request(url), into: folder.folder("out"))
        #expect(fetched.definition.text == "packed\n")
        #expect(!folder.exists("out.download"))
    }
}
