import LabModel

/// `to: tftp`: makes kernel, ramdisk and device tree ready for the boot loader and serves them.
struct ServeImagesStep: StepRunner {
    let deploy: DeployAction

    var name: String { "prepare-tftp-overlay" }
    var timeoutType: ErrorType { .infrastructure }

    func run(in run: RunContext, until deadline: MonotonicTime) async throws {
        run.served = [:]
        for image in deploy.images where image.name != "modules" {
            guard let fetched = run.images[image.name] else { continue }
            let path: String
            switch image.name {
            case "ramdisk": path = try await ramdisk(image, fetched, in: run)
            case "kernel": path = try await kernel(image, fetched, in: run)
            default: path = fetched.path
            }
            run.served[image.name] = try await run.services.files.publishTFTP(path, as: image.name, for: run.job)
        }
    }

    private func ramdisk(_ image: ImageRequest, _ fetched: FetchedImage, in run: RunContext) async throws -> String {
        var layers: [RamdiskLayer] = []
        if image.installsModules, let modules = run.images["modules"] { layers.append(.tarArchive(modules.path)) }
        if image.installsOverlay, let overlay = run.overlay {
            layers.append(.entries(overlay.entries))
            run.overlay?.placement = .image
        }
        var header: RamdiskHeader?
        let facts = run.profile.images
        // Only U-Boot knows the header.
        let isForUBoot = run.profile.bootloaders[.uboot] != nil
        if isForUBoot, (image.header ?? facts.ramdiskFormat.rawValue) == ImageFacts.RamdiskFormat.uboot.rawValue {
            header = RamdiskHeader(architecture: facts.architecture)
        }
        run.servedRamdiskHasHeader = header != nil
        let path = "\(run.workspace)/ramdisk.served"
        try await run.services.packer.extendRamdisk(fetched.path, with: layers, to: path, header: header)
        return path
    }

    /// A kernel as it is, unless only `bootm` could start it.
    private func kernel(_ image: ImageRequest, _ fetched: FetchedImage, in run: RunContext) async throws -> String {
        run.servedKernel = image.kernelType ?? .image
        let plan = BootCommandChoice(kernel: image.kernelType ?? .image, addresses: run.profile.loadAddresses)
        guard plan.needsWrapping, run.profile.bootloaders[.uboot] != nil, let addresses = plan.addresses else {
            return fetched.path
        }
        let path = "\(run.workspace)/uImage"
        try await run.services.packer.wrapKernel(
            fetched.path, to: path, architecture: run.profile.images.architecture, loadAddress: addresses.kernel)
        return path
    }
}
