/// Something that a plan downloads.
public struct PlanDownload: Hashable, Sendable {
    public var url: String
    public var headers: [String: String]

    public init(url: String, headers: [String: String] = [:]) {
        self.url = url
        self.headers = headers
    }
}

extension JobPlan {
    /// What the job downloads by http or https, each once.
    public var downloads: Set<PlanDownload> {
        var found: Set<PlanDownload> = []
        for block in blocks {
            switch block.action {
            case .deploy(let deploy):
                for image in deploy.images {
                    found.insert(PlanDownload(url: image.url, headers: image.headers))
                    for overlay in image.overlays {
                        found.insert(PlanDownload(url: overlay.source.url))
                    }
                }
            case .test(let test):
                guard case .definitions(let definitions) = test.content else { continue }
                for definition in definitions {
                    guard case .url(let source) = definition.source else { continue }
                    found.insert(PlanDownload(url: source.url, headers: source.headers))
                }
            default: break
            }
        }
        return found.filter { $0.url.hasPrefix("http") }
    }

    /// Jobs whose recordings of power cuts, or whose reports about them, this job works with.
    public var recordingsUsed: Set<JobID> {
        Set(
            blocks.compactMap { block -> JobID? in
                switch block.action {
                case .powerCutExploration(let exploration): exploration.trace?.job
                case .powerCutSampling(let sampling): sampling.targets?.job
                default: nil
                }
            })
    }
}
