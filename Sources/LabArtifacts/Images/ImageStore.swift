import AsyncHTTPClient
public import LabModel
public import Logging
import NIOCore

/// Fetches images by http, https and file into a cache that all jobs share, checks and unpacks them.
public final class ImageStore: ArtifactSource {
    private let settings: ImageStoreSettings
    private let clock: any LabClock
    private let logger: Logger
    private let client: HTTPClient
    let cache: ImageCache
    private let downloads = SharedWork<Download>()
    private let digests = FileDigests()

    /// What a download gave.
    private struct Download: Sendable {
        var sha256: String
        var cameFromCache: Bool
    }

    /// A file to take the image from.
    private struct Origin: Sendable {
        var path: String
        var sha256: String
        var cameFromCache: Bool
    }

    /// Opens the cache.
    ///
    /// - Throws: `infrastructure` when the cache's folder cannot be used.
    public init(_ settings: ImageStoreSettings, clock: any LabClock, logger: Logger) throws(Failure) {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        do {
            cache = try ImageCache(folder: settings.cacheFolder, maximumBytes: settings.maximumCacheBytes)
        } catch {
            throw Failure(anyError: error)
        }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(
            connect: .nanoseconds(settings.connectTimeout.nanoseconds),
            read: .nanoseconds(settings.idleTimeout.nanoseconds))
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends all connections. Must be called once, at the end.
    public func shutdown() async {
        do {
            try await client.shutdown()
        } catch {
            logger.warning("the HTTP client did not shut down cleanly", metadata: ["error": "\(error)"])
        }
    }

    public func fetch(
        _ image: ImageRequest, into directory: String, keepsCompression: Bool,
        progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws(Failure) -> FetchedImage {
        let url = try ImageURL(image.url)
        let place = "image \(image.name)"
        do {
            switch url.scheme {
            case .file: return try await fetchFile(image, url, directory, keepsCompression, progress)
            case .http, .https: return try await fetchHTTP(image, url, directory, keepsCompression, progress)
            }
        } catch {
            throw Failure(anyError: error).placed(at: place)
        }
    }

    private func fetchFile(
        _ image: ImageRequest, _ url: ImageURL, _ directory: String, _ keepsCompression: Bool,
        _ progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws -> FetchedImage {
        let folders = AllowedFolders(settings.allowedFolders)
        let limit = settings.maximumDownloadBytes
        let origin = try await BlockingWork.run { [digests, clock] cancellation in
            guard let path = ImageURL.decoded(url.path) else {
                throw Failure(.job, "\(url.masked) has a broken percent escape")
            }
            let file = try HostFile.read(folders.resolve(path))
            guard try file.size() <= limit else {
                throw Failure(.infrastructure, "\(url.masked) is larger than \(limit) bytes, the most that is taken")
            }
            return Origin(
                path: file.path, sha256: try digests.sha256(of: file, at: clock.wall(), cancellation),
                cameFromCache: false)
        }
        return try await materialize(image, url, origin, directory, keepsCompression, progress)
    }

    private func fetchHTTP(
        _ image: ImageRequest, _ url: ImageURL, _ directory: String, _ keepsCompression: Bool,
        _ progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws -> FetchedImage {
        let (download, path) = try await held(image, url, progress)
        let origin = Origin(path: path, sha256: download.sha256, cameFromCache: download.cameFromCache)
        do {
            let fetched = try await materialize(image, url, origin, directory, keepsCompression, progress)
            cache.release(download.sha256)
            return fetched
        } catch let failure as Failure where failure.type == .job {
            // What the server gave, or what was put together of two tries, is not what the job says. Behind an
            // unchanged ETag it would come from the cache for ever.
            cache.index.remove(Self.key(url, image.headers))
            cache.discard(download.sha256)
            throw failure
        } catch {
            cache.release(download.sha256)
            throw error
        }
    }

    /// The cached file of `image`, held in the cache.
    private func held(
        _ image: ImageRequest, _ url: ImageURL, _ progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws -> (Download, path: String) {
        if let wanted = image.sha256?.lowercased(), let path = cache.hold(wanted) {
            return (Download(sha256: wanted, cameFromCache: true), path)
        }
        let key = Self.key(url, image.headers)
        while true {
            var isWorker = false
            let download = try await downloads.value(for: key, progress: progress) { report in
                let download = try await self.download(url, image.headers, key, report)
                isWorker = true
                return download
            }
            if isWorker { return (download, cache.path(of: download.sha256)) }
            // Another job's large file may have pushed it out already.
            if let path = cache.hold(download.sha256) { return (download, path) }
            try Task.checkCancellation()
        }
    }

    /// - Returns: a file that is held in the cache.
    private func download(
        _ url: ImageURL, _ headers: [String: String], _ key: String,
        _ report: @escaping @Sendable (FetchProgress) -> Void
    ) async throws -> Download {
        var cached = cache.index.entry(for: key)
        if let sha256 = cached?.sha256, cache.hold(sha256) == nil { cached = nil }
        var isKept = false
        defer { if let cached, !isKept { cache.release(cached.sha256) } }
        let partial = cache.newPartial()
        defer { try? HostFolder.remove(partial) }
        let transfer = HTTPDownload(
            client: client, settings: settings, clock: clock, logger: logger, url: url, headers: headers,
            path: partial)
        switch try await transfer.run(cached: cached, progress: report) {
        case .notModified:
            guard let cached else { throw Failure(.infrastructure, "\(url.masked) answered 304 to a plain request") }
            isKept = true
            return Download(sha256: cached.sha256, cameFromCache: true)
        case .file(let file, let state):
            let sha256 = file.sha256
            try await file.finish()
            try cache.adopt(partial, sha256: sha256, size: file.size)
            do {
                try cache.index.store(
                    CacheIndex.Entry(sha256: sha256, etag: state.etag, lastModified: state.lastModified), for: key)
            } catch {
                cache.release(sha256)
                throw error
            }
            return Download(sha256: sha256, cameFromCache: false)
        }
    }

    /// Makes the job's own copy: the board may write to it.
    private func materialize(
        _ image: ImageRequest, _ url: ImageURL, _ origin: Origin, _ directory: String, _ keepsCompression: Bool,
        _ progress: @escaping @Sendable (FetchProgress) -> Void
    ) async throws -> FetchedImage {
        let unpacker = Unpacker(limits: settings.unpackLimits)
        let fetched = try await BlockingWork.run { cancellation in
            let source = try HostFile.read(origin.path)
            let compression = keepsCompression ? nil : image.compression
            do {
                try ImageDigests.check(source, sha256: origin.sha256, against: image, cancellation)
                let target = try ImageTarget(image, url, in: directory, unpacked: compression).create()
                do {
                    if let compression {
                        _ = try unpacker.unpack(source, compression, to: target, cancellation: cancellation)
                    } else {
                        try source.copyData(to: target, cancellation)
                    }
                } catch {
                    // A half is no image, and its name is needed for the next try.
                    try? HostFolder.remove(target.path)
                    throw error
                }
                return FetchedImage(
                    name: image.name, path: target.path, size: try source.size(), sha256: origin.sha256,
                    cameFromCache: origin.cameFromCache)
            } catch var failure as Failure where failure.type == .job {
                failure.message = "\(url.masked) \(failure.message)"
                throw failure
            }
        }
        progress(FetchProgress(bytes: fetched.size, total: fetched.size))
        return fetched
    }

    /// Requests with different credentials never share an answer.
    static func key(_ url: ImageURL, _ headers: [String: String]) -> String {
        let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return ImageDigests.sha256(([url.request, url.userInfo ?? ""] + lines).joined(separator: "\n"))
    }
}
