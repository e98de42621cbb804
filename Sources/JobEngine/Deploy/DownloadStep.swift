import LabModel
import Synchronization

/// Fetches a deploy block's images.
struct DownloadStep: StepRunner {
    let deploy: DeployAction

    var name: String { "download-retry" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        // An earlier deploy's images are not this one's.
        if deploy.method != .downloads { run.images = [:] }
        for image in deploy.images {
            let fetched = try await fetch(image, in: run, until: deadline)
            switch deploy.method {
            case .downloads: run.downloads[image.name] = fetched
            case .tmpfs, .tftp, .download, .overlay: run.images[image.name] = fetched
            }
            try await run.record(row(for: image, fetched, in: run))
        }
    }

    private func fetch(
        _ image: ImageRequest, in run: RunContext, until deadline: MonotonicTime
    ) async throws -> FetchedImage {
        run.log.info("downloading \(maskedURL(image.url))")
        let prefix = "downloads://"
        if image.url.hasPrefix(prefix) {
            let label = String(image.url.dropFirst(prefix.count))
            guard let earlier = run.downloads[label] else {
                throw Failure(
                    .job, "no earlier block downloaded '\(label)'", at: image.position.description,
                    advice: "add a `deploy` block with `to: downloads` and an image named '\(label)'")
            }
            return earlier
        }
        let folder = "\(run.workspace)/\(image.name)"
        try await run.services.workspaces.makeFolder(folder)
        let (source, log, label) = (run.services.artifacts, run.log, image.name)
        // A ramdisk stays packed: the kernel unpacks it, and layers are appended to it as it is.
        let keepsCompression = image.name == "ramdisk" && deploy.method == .tftp
        let began = run.clock.monotonic()
        let reached = LastProgress()
        let fetched: FetchedImage
        do {
            fetched = try await withDeadline(deadline, clock: run.clock) {
                try await source.fetch(image, into: folder, keepsCompression: keepsCompression) { progress in
                    reached.note(progress)
                    log.debug("\(label): \(progress.text)")
                }
            }
        } catch is StepTimeout {
            let come = reached.value.map { "\($0.text) had come" } ?? "nothing had come"
            throw Failure(
                .infrastructure, "\(maskedURL(image.url)) was not fetched in time: \(come)",
                advice: "check that its server can be reached from here, and the time-out of download-retry")
        }
        let took = run.clock.monotonic().duration(since: began)
        let origin = fetched.cameFromCache ? "from the cache" : "downloaded"
        log.info("\(label): \(ByteCount(fetched.size)) \(origin) in \(took.shortText), sha256 \(fetched.sha256)")
        return fetched
    }

    private func row(for image: ImageRequest, _ fetched: FetchedImage, in run: RunContext) -> ResultRecord {
        let scheme = image.url.prefix { $0 != ":" }
        return ResultRecord(
            suite: "lava", name: scheme.hasPrefix("http") ? "http-download" : "file-download", result: .pass,
            metadata: [
                "label": .string(image.name), "size": .integer(fetched.size), "sha256sum": .string(fetched.sha256),
                "level": .string(run.level),
            ], logged: run.clock.wall())
    }
}

/// How far a download was when somebody asks.
private final class LastProgress: Sendable {
    private let stored = Mutex<FetchProgress?>(nil)

    var value: FetchProgress? { stored.withLock { $0 } }

    func note(_ progress: FetchProgress) { stored.withLock { $0 = progress } }
}

/// A number of bytes for people.
struct ByteCount: CustomStringConvertible {
    let bytes: Int64

    init(_ bytes: Int64) {
        self.bytes = bytes
    }

    var description: String {
        let units = [("GB", 1_000_000_000.0), ("MB", 1_000_000.0), ("kB", 1000.0)]
        for (unit, size) in units where Double(bytes) >= size {
            return "\((Double(bytes) / size * 10).rounded() / 10) \(unit)"
        }
        return "\(bytes) B"
    }
}

extension FetchProgress {
    /// `12 MB of 27 MB (44 %)`.
    fileprivate var text: String {
        guard let total, total > 0 else { return "\(ByteCount(bytes))" }
        return "\(ByteCount(bytes)) of \(ByteCount(total)) (\(bytes * 100 / total) %)"
    }
}
