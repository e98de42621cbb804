import LabModel

/// Builds QEMU's command line. No I/O: what depends on files is given.
struct QemuCommandLine: Hashable, Sendable {
    /// What the machine boots from.
    enum Media: Hashable, Sendable {
        /// A kit's boot loader and a disk of its make.
        case kit(BoardKit, disk: Disk)
        /// Images of the job, named in the arguments. `formats` knows each drive's path.
        case images(formats: [String: ImageFormat])
    }

    /// Where a kit's disk is.
    enum Disk: Hashable, Sendable {
        /// The job's own copy.
        case file(String)
        case network(NetworkDisk)
    }

    var board: BoardName
    var network: String?
    var arguments: QemuArguments
    var media: Media
    /// Sockets of ours that QEMU connects to.
    var consoleSocket: String
    var controlSocket: String

    var words: [String] {
        var words = [
            "-name", "labd-" + QemuProperties.escaped(board.rawValue), "-nodefaults", "-no-user-config", "-display",
            "none",
            "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        ]
        for (option, value) in [
            ("-machine", arguments.machine), ("-cpu", arguments.processor), ("-smp", arguments.processors),
            ("-m", arguments.memory.map { "\($0)M" }),
        ] {
            if let value { words += [option, value] }
        }
        words += mediaWords
        for device in arguments.devices { words += ["-device", withoutRom(device).text] }
        words += networkWords
        for object in arguments.randomSources { words += ["-object", object.text] }
        if arguments.randomSources.isEmpty {
            words += ["-object", "rng-builtin,id=labd-rng", "-device", "virtio-rng-pci,rng=labd-rng"]
        }
        words += arguments.others.flatMap { $0 }
        words += [
            "-chardev", "socket,id=labd-console,server=off,path=" + QemuProperties.escaped(consoleSocket),
            "-serial", "chardev:labd-console",
            "-chardev", "socket,id=labd-control,server=off,path=" + QemuProperties.escaped(controlSocket),
            "-mon", "chardev=labd-control,mode=control",
        ]
        return words
    }

    private var mediaWords: [String] {
        switch media {
        case .kit(let kit, let disk):
            var words: [String] = []
            for (option, value) in [
                ("-bios", kit.firmware), ("-kernel", kit.kernel ?? kit.loader), ("-initrd", kit.ramdisk),
                ("-append", kit.kernel.flatMap { _ in arguments.kernelCommandLine }),
            ] {
                if let value { words += [option, value] }
            }
            if let environment = kit.factoryEnvironment {
                let file = QemuProperties.escaped(environment)
                words += ["-drive", "if=pflash,unit=1,format=raw,readonly=on,file=" + file]
            }
            words += self.words(of: disk)
            // Requests are not merged, so that a cut falls between the requests that the board made. Firmware that looks
            // for something to boot takes the disk first, unless the emulator gives it a kernel.
            let order = kit.kernel == nil ? ",bootindex=0" : ""
            words += ["-device", "virtio-blk-pci,drive=disk,request-merging=off" + order]
            if let update = kit.update {
                words += [
                    "-drive", "if=none,id=update,format=raw,readonly=on,file=" + QemuProperties.escaped(update),
                    "-device", "virtio-blk-pci,drive=update",
                ]
            }
            return words
        case .images(let formats):
            var words: [String] = []
            for (option, value) in [
                ("-bios", arguments.firmware), ("-kernel", arguments.kernel), ("-initrd", arguments.ramdisk),
                ("-dtb", arguments.deviceTree),
            ] {
                if let value { words += [option, value] }
            }
            if arguments.kernel != nil, let line = arguments.kernelCommandLine { words += ["-append", line] }
            for drive in arguments.drives {
                var properties = drive.properties
                properties["format"] = (formats[drive.path] ?? .raw).rawValue
                properties[drive.isReadOnly ? "readonly" : "cache"] = drive.isReadOnly ? "on" : "unsafe"
                properties["file"] = drive.path
                words += ["-drive", properties.text]
            }
            return words
        }
    }

    private func words(of disk: Disk) -> [String] {
        switch disk {
        case .file(let path):
            // What QEMU has taken survives its end, so the host's flushes only cost time.
            ["-drive", "if=none,id=disk,format=raw,cache=unsafe,file=" + QemuProperties.escaped(path)]
        case .network(let disk):
            [
                "-blockdev",
                "driver=nbd,node-name=disk,server.type=unix,server.path=\(QemuProperties.escaped(disk.socket)),"
                    + "export=\(QemuProperties.escaped(disk.export))",
            ]
        }
    }

    /// The lab's own network card, unless the arguments bring a network.
    private var networkWords: [String] {
        guard arguments.networks.isEmpty else { return arguments.networks.flatMap { ["-netdev", $0.text] } }
        guard let network else { return [] }
        var device = QemuProperties(network)
        device["netdev"] = "labd-net"
        return ["-netdev", "user,id=labd-net", "-device", withoutRom(device).text]
    }

    /// A network card wants its boot ROM, which another Debian package has and no board needs.
    private func withoutRom(_ device: QemuProperties) -> QemuProperties {
        guard let model = device.head, device["romfile"] == nil, device["netdev"] != nil, model != "usb-net",
            !model.hasSuffix("-device")
        else { return device }
        var copy = device
        copy["romfile"] = ""
        return copy
    }
}
