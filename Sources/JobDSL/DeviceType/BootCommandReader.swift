import LabModel

/// Takes the boot loaders' command sets out of a resolved device type, each line with its places.
struct BootCommandReader {
    let chain: DeviceTypeLibrary.Chain
    let resolution: DeviceTypeResolution

    /// Every set of every boot loader, in alphabetical order.
    func listings() -> [BootCommandListing] {
        (resolution.resolved["bootloaders"]?.entries ?? []).sorted { $0.key < $1.key }.flatMap { bootloader in
            let lines = bootloader.value["command_lines"]
            return (bootloader.value["command_sets"]?.entries ?? []).sorted { $0.key < $1.key }.map { set in
                BootCommandListing(
                    bootloader: bootloader.key, set: set.key,
                    lines: (set.value.elements ?? []).compactMap { line($0) },
                    commandLine: lines?[set.key].flatMap { line($0) })
            }
        }
    }

    private func line(_ node: YAMLNode) -> BootCommandLine? {
        guard let text = node.scalar?.text else { return nil }
        let names = resolution.used[node.position] ?? []
        let variables = names.compactMap { name in
            resolution.variables.settings[name].map {
                BootCommandLine.Variable(name: name, place: place(of: $0.value.position))
            }
        }
        return BootCommandLine(text: text, place: place(of: node.position), variables: variables)
    }

    private func place(of position: SourcePosition) -> BootCommandLine.Place {
        guard let file = chain.first(where: { $0.file == position.file }) else {
            return BootCommandLine.Place(layer: position.file ?? "lab", file: nil, line: nil)
        }
        return BootCommandLine.Place(layer: "type \(file.name)", file: file.file, line: position.line)
    }
}
