import ArgumentParser
import JobDSL
import LabModel

extension DeviceTypeCommand {
    /// `lablctl device-type render NAME`.
    struct RenderCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "render", abstract: "Print the lines that are typed at a board's boot loader.",
            discussion: """
                Needs no labd. Without --job the placeholders of a job, such as {KERNEL}, stay as they are; with it the \
                job's images and context fill them, and what only a running job knows is shown as <job>. Lines that \
                need an image which the job does not have are not typed, and marked as such.
                """)

        @Argument(help: "The device type's name.")
        var name: String

        @Option(
            name: .long,
            help: ArgumentHelp(
                "Only this command set, such as ramdisk or nfs. Default: the job's, else all.", valueName: "set"))
        var commands: String?

        @Option(name: .long, help: ArgumentHelp("Only this boot loader, such as u-boot or grub.", valueName: "method"))
        var bootloader: String?

        @Option(name: .long, help: ArgumentHelp("A job, YAML file; - reads standard input.", valueName: "file"))
        var job: String?

        @Flag(name: .long, help: "Tell which file and line each line comes from.")
        var explain = false

        @OptionGroup var variables: VariableOptions
        @OptionGroup var folders: DeviceTypeFolderOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let catalog = try folders.catalog()
            let plan: JobPlan? = if let job { try compiled(job) } else { nil }
            let type = DeviceTypeName(rawValue: name)
            let values = try variables.values()
            let context = plan?.context ?? [:]
            let (profile, listings) = try DeviceTypeAnswer.of { () throws(Failure) in
                (
                    try catalog.profile(of: type, variables: values, context: context),
                    try catalog.bootCommands(of: type, variables: values, context: context)
                )
            }
            let boot = plan?.blocks.lazy.compactMap { BootCommandRendering.boot(of: $0) }.first
            let wanted = try select(from: listings, boot: boot)
            let rendering = BootCommandRendering(profile: profile, plan: plan)
            show(wanted.map { rendering.render($0) })
        }

        private func compiled(_ file: String) throws(CommandError) -> JobPlan {
            let text = try HostFiles.readJob(file)
            let result = JobCompiler().compile(text, file: file)
            guard let plan = result.plan else {
                let first = result.diagnostics.first { $0.severity == .error }
                throw CommandError(
                    .invalidJob,
                    Failure(
                        .job, first?.message ?? "not a valid job", at: first?.position.description,
                        advice: first?.suggestion ?? "lablctl validate \(file) says more"))
            }
            return plan
        }

        private func select(
            from listings: [BootCommandListing], boot: BootAction?
        ) throws(CommandError) -> [BootCommandListing] {
            var set = commands
            if set == nil, case .set(let name)? = boot?.commands { set = name }
            let method = bootloader ?? (commands == nil ? boot?.method.bootloader?.rawValue : nil)
            let wanted = listings.filter { (set ?? $0.set) == $0.set && (method ?? $0.bootloader) == $0.bootloader }
            guard wanted.isEmpty else { return wanted }
            let known = listings.map { "\($0.bootloader) \($0.set)" }
            let asked = [method, set].compactMap { $0 }.joined(separator: " ")
            throw CommandError(
                .notFound,
                Failure(
                    .configuration,
                    known.isEmpty
                        ? "the device type `\(name)` has no boot loader with commands"
                        : "the device type `\(name)` has no commands `\(asked)`",
                    advice: known.isEmpty ? nil : "it has \(known.joined(separator: ", "))"))
        }

        private func show(_ renderings: [BootCommandRendering.Result]) {
            let stdout = Output.standard()
            if output.json {
                if let body = JobFollower.encoded(renderings) { stdout.json(body) }
                return
            }
            let view = BootCommandView(
                style: stdout.style, showsPlaces: explain, folder: HostFiles.currentFolder() + "/")
            for (index, rendering) in renderings.enumerated() {
                if index > 0 { stdout.line() }
                stdout.lines(view.lines(for: rendering, showsTitle: renderings.count > 1))
            }
        }
    }
}
