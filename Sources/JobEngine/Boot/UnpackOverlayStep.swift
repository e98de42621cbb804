import LabModel

/// `transfer_overlay`: the booted board fetches the test overlay over HTTP and unpacks it.
struct UnpackOverlayStep: StepRunner {
    let boot: BootAction

    var name: String { "overlay-unpack" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard let transfer = boot.transferOverlay, let overlay = run.overlay else { return }
        guard let network = run.profile.network else {
            throw Failure(
                .configuration, "device type \(run.profile.type) does not say how a board reaches the lab",
                advice: "set `network.http_address` in the device type")
        }
        let name = "overlay-\(run.job).tar.gz"
        let path = "\(run.workspace)/\(name)"
        try await run.services.packer.packTar(overlay.entries, to: path)
        let url = try await run.services.files.publishHTTP(path, for: run.job, network: network)
        try await perform("\(transfer.downloadCommand) \(url)", in: run, until: deadline)
        try await perform("\(transfer.unpackCommand) \(name)", in: run, until: deadline)
        run.overlay?.placement = .boot(run.bootStart)
    }

    private func perform(_ command: String, in run: RunContext, until deadline: MonotonicTime) async throws {
        let status = try await run.status(of: command, until: deadline)
        guard status == 0 else {
            throw Failure(.infrastructure, "'\(command)' failed on the board with status \(status)")
        }
    }
}
