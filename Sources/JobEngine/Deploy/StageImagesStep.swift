import LabModel

/// `to: tmpfs`: hands images to an emulated board, with the test overlay in one of them or on a drive of its own.
struct StageImagesStep: StepRunner {
    let deploy: DeployAction

    var name: String { "apply-overlay-image" }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        guard let medium = run.board.bootMedium else {
            throw Failure(
                .configuration, "\(run.board.name) takes no images",
                advice: "`deploy to: tmpfs` needs an emulated board; use `to: overlay` or `to: tftp` for this one")
        }
        var images: [StagedImage] = []
        for image in deploy.images {
            guard let fetched = run.images[image.name] else { continue }
            let path = image.takesTestOverlay ? try await extended(image, fetched, in: run) : fetched.path
            images.append(StagedImage(name: image.name, path: path, argument: image.imageArgument))
        }
        if let drive = try await overlayDrive(in: run) { images.append(drive) }
        try await medium.stage(images)
    }

    private func extended(_ image: ImageRequest, _ fetched: FetchedImage, in run: RunContext) async throws -> String {
        guard let overlay = run.overlay else { return fetched.path }
        guard image.format == .cpioNewc else {
            throw Failure(
                .configuration,
                "the test overlay cannot be put into an image of format '\(image.format?.rawValue ?? "none")'",
                at: image.position.description, advice: "use `format: cpio.newc`")
        }
        let path = "\(run.workspace)/\(image.name).with-overlay"
        try await run.services.packer.extendRamdisk(
            fetched.path, with: [.entries(overlay.entries)], to: path, header: nil)
        run.overlay?.placement = .image
        return path
    }

    /// A small drive with the overlay, for images that do not take it in themselves.
    private func overlayDrive(in run: RunContext) async throws -> StagedImage? {
        guard let overlay = run.overlay, overlay.placement != .image else { return nil }
        let path = "\(run.workspace)/overlay.ext4"
        try await run.services.packer.packExt4(overlay.driveEntries, to: path)
        run.overlay?.mountCommand = overlay.mountFromDrive
        return StagedImage(
            name: "lava-overlay", path: path, argument: "-drive file={lava-overlay},if=virtio,format=raw")
    }
}
