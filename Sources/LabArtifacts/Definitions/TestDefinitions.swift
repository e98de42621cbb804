public import LabModel

/// Fetches test definitions: from the job itself, from git, or from a tar archive.
public struct TestDefinitions: TestDefinitionSource {
    /// A definition's text is shorter than this, in bytes.
    private static let maximumText = 4 << 20

    private let images: any ArtifactSource
    private let reader: any TestDefinitionReader
    private let allowedFolders: AllowedFolders
    private let limits: ArchiveLimits

    /// - Parameters:
    ///   - images: downloads the archives of `from: url`.
    ///   - allowedFolders: folders whose repositories jobs may name by path or `file://`.
    public init(
        images: any ArtifactSource, reader: any TestDefinitionReader, allowedFolders: [String] = [],
        limits: ArchiveLimits = ArchiveLimits()
    ) {
        self.images = images
        self.reader = reader
        self.allowedFolders = AllowedFolders(allowedFolders)
        self.limits = limits
    }

    public func fetch(
        _ request: TestDefinitionRequest, into directory: String
    ) async throws(Failure) -> FetchedTestDefinition {
        do {
            var fetched: FetchedTestDefinition
            switch request.source {
            case .inline(let definition): fetched = FetchedTestDefinition(definition: definition)
            case .git(let source):
                let clone = try GitClone(source, allowedFolders: allowedFolders)
                let commit = try await clone.run(into: directory, scratch: directory + ".git-home")
                fetched = FetchedTestDefinition(definition: try await read(request, in: directory), commit: commit)
            case .url(let source):
                try await unpack(source, request.name, into: directory)
                fetched = FetchedTestDefinition(definition: try await read(request, in: directory))
            }
            if !request.skipInstall.contains("all"), !request.skipInstall.contains("git-repos") {
                try await cloneRepositories(of: fetched.definition, into: directory)
            }
            return fetched
        } catch {
            // The next try finds the folder as this one did.
            try? HostFolder.empty(directory)
            throw Failure(anyError: error).placed(at: "test definition \(request.name)")
        }
    }

    private func unpack(
        _ source: TestDefinitionRequest.URLSource, _ name: String, into directory: String
    ) async throws {
        let scratch = directory + ".download"
        defer { try? HostFolder.remove(scratch) }
        let image = ImageRequest(
            name: name, url: source.url, headers: source.headers, compression: source.compression,
            isTarArchive: true, sha256: source.sha256)
        let archive = try await images.fetch(image, into: scratch, keepsCompression: false) { _ in }
        let extractor = TarExtractor(limits: limits)
        let strip = max(0, source.stripComponents)
        try await BlockingWork.run { cancellation in
            do {
                try extractor.extract(archive.path, into: directory, stripComponents: strip, cancellation: cancellation)
            } catch var failure as Failure where failure.type == .job {
                failure.message = "\(ImageURL.masked(source.url)) \(failure.message)"
                throw failure
            }
        }
    }

    private func read(_ request: TestDefinitionRequest, in directory: String) async throws -> TestDefinition {
        let text = try await BlockingWork.run { _ in
            try GuardedFolder(path: directory).text(of: request.path, limit: Self.maximumText)
        }
        return try reader.read(text, file: request.path)
    }

    private func cloneRepositories(of definition: TestDefinition, into directory: String) async throws {
        for repository in definition.install.gitRepositories {
            let source = TestDefinitionRequest.GitSource(repository: repository.url, branch: repository.branch)
            let clone = try GitClone(source, allowedFolders: allowedFolders)
            let name = repository.destination ?? Self.baseName(repository.url)
            let target = try GuardedFolder(path: directory).newFolder(name)
            _ = try await clone.run(into: target, scratch: directory + ".git-home")
        }
    }

    /// The folder that `git clone` itself would take.
    private static func baseName(_ url: String) -> String {
        let last = url.split(separator: "/").last.map(String.init) ?? url
        return last.hasSuffix(".git") && last.count > 4 ? String(last.dropLast(4)) : last
    }
}
