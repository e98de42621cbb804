import LabModel

/// Reads a `deploy` block.
struct DeployReader {
    let reading: JobReading
    private var findings: Findings { reading.findings }

    init(reading: JobReading) {
        self.reading = reading
    }

    func read(_ map: MapReader) -> Action? {
        guard let node = map.required("to"), let word = findings.string(node, "`to`") else { return nil }
        guard let method = DeployAction.Method(rawValue: word) else {
            return MethodRefusal(reading: reading, kind: "deploy", key: "to", others: LavaVocabulary.otherDeployMethods)
                .read(word, at: node.position, in: map, own: DeployAction.Method.allCases.map(\.rawValue))
        }
        var deploy = DeployAction(method: method, os: map.string("os"))
        map.knows("overlay_backend", "uniquify")
        reading.refuse(["authorize"], of: map, in: "deploy")
        switch method {
        case .tmpfs:
            reading.refuse(["uefi"], of: map, in: "deploy to: tmpfs")
            readType(map)
            deploy.images = images(map, method)
        case .downloads:
            reading.refuse(["postprocess"], of: map, in: "deploy to: downloads")
            deploy.images = images(map, method)
        case .download: deploy.images = images(map, method)
        case .tftp: deploy.images = tftpImages(map)
        case .overlay: break
        }
        return .deploy(deploy)
    }

    private func readType(_ map: MapReader) {
        guard let type = map.string("type") else { return }
        if type == "monitor" {
            reading.doesNotRun("deploy to: tmpfs `type: monitor`", at: map.position(of: "type"))
        } else {
            findings.unknownWord(type, at: map.position(of: "type"), "`type`", words: ["monitor"])
        }
    }

    private func images(_ map: MapReader, _ method: DeployAction.Method) -> [ImageRequest] {
        guard let node = map.required("images") else { return [] }
        guard let entries = node.entries else {
            findings.mismatch(node, "`images`", needs: "a mapping of names to images")
            return []
        }
        if entries.isEmpty { findings.error(at: node.position, "`images` needs at least one image") }
        return entries.compactMap { entry in
            guard isLabel(entry.key) else {
                findings.error(
                    at: entry.keyPosition, "`\(cutExcerpt(entry.key))` cannot name an image",
                    suggestion: "use letters, digits, `_`, `-` and `.`")
                return nil
            }
            return ImageReader(reading: reading, method: method).read(entry.value, name: entry.key, takes: .argument)
        }
    }

    private func tftpImages(_ map: MapReader) -> [ImageRequest] {
        reading.refuse(
            ["dtbo", "tee", "nfsrootfs", "persistent_nfs", "preseed", "extra_files"], of: map, in: "deploy to: tftp")
        let labels: [(String, ImageReader.Extras)] = [
            ("kernel", .kernel), ("dtb", .none), ("ramdisk", .ramdisk), ("modules", .none),
        ]
        let present = labels.compactMap { label, extras in
            map.node(label).flatMap {
                ImageReader(reading: reading, method: .tftp).read($0, name: label, takes: extras)
            }
        }
        let order = (map.node.entries ?? []).map(\.key)
        return present.sorted { (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0) }
    }

    /// Labels become file names and placeholders.
    private func isLabel(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && name.first != "." && name.first != "-"
            && name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-.".unicodeScalars.contains($0))
            }
    }
}
