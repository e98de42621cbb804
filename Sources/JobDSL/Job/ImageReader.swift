import LabModel

/// Reads LAVA's image dictionary.
struct ImageReader {
    /// Keys that only some images have.
    enum Extras {
        case none
        /// `image_arg`.
        case argument
        /// `type`.
        case kernel
        /// `install_modules`, `install_overlay`, `header`.
        case ramdisk
    }

    let reading: JobReading
    /// What the image is for.
    let method: DeployAction.Method
    private var findings: Findings { reading.findings }
    private static let otherSchemes: Set<String> = ["scp", "rclone"]

    init(reading: JobReading, method: DeployAction.Method) {
        self.reading = reading
        self.method = method
    }

    func read(_ node: YAMLNode, name: String, takes extras: Extras) -> ImageRequest? {
        guard let map = MapReader(node, "`\(cutExcerpt(name))`", findings) else { return nil }
        let url = url(map)
        var image = ImageRequest(name: name, url: url ?? "", position: node.position)
        image.headers = map.stringMap("headers") ?? [:]
        image.compression = compression(map)
        image.isTarArchive = isTar(map, key: "archive")
        image.md5 = digest(map, "md5sum", digits: 32)
        image.sha256 = digest(map, "sha256sum", digits: 64)
        image.sha512 = digest(map, "sha512sum", digits: 128)
        map.knows("use_cache", "overlay_backend")
        readOverlays(map, into: &image)
        read(extras, of: map, into: &image)
        reading.refuse(["partition", "root_partition"], of: map, in: "image")
        for key in ["sparse", "apply-overlay", "reboot"] where map.bool(key) == true {
            reading.doesNotRun("image `\(key)`", at: map.position(of: key))
        }
        if map.bool("download") == false {
            reading.doesNotRun("image `download: false`", at: map.position(of: "download"))
        }
        map.finish(unknown: .warning)
        return url == nil ? nil : image
    }

    private func read(_ extras: Extras, of map: MapReader, into image: inout ImageRequest) {
        switch extras {
        case .none: break
        case .argument: image.imageArgument = map.string("image_arg")
        case .kernel: image.kernelType = map.choice("type")
        case .ramdisk:
            image.installsModules = map.bool("install_modules") ?? true
            image.installsOverlay = map.bool("install_overlay") ?? true
            image.header = map.string("header")
            if let header = image.header, header != "u-boot" {
                findings.unknownWord(header, at: map.position(of: "header"), "`header`", words: ["u-boot"])
            }
        }
    }

    private func url(_ map: MapReader) -> String? {
        guard let text = map.requiredText("url") else { return nil }
        let position = map.node("url")?.position ?? map.position
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !text.contains(where: { $0.isWhitespace || $0.isNewline }) else {
            findings.error(at: position, "`url` is not a URL", excerpt: cutExcerpt(text))
            return nil
        }
        let scheme = parts[0].lowercased()
        if Self.otherSchemes.contains(scheme) {
            reading.doesNotRun("image url \(scheme)://", at: position)
        } else if !["http", "https", "file", "downloads", "kit"].contains(scheme) {
            findings.error(
                at: position, "`url` has the scheme `\(cutExcerpt(scheme))`, which nothing here fetches",
                suggestion: "use http, https, file, kit or downloads")
            return nil
        }
        return text
    }

    private func compression(_ map: MapReader) -> ImageRequest.Compression? {
        guard let node = map.node("compression"), node.scalar?.text != "" else { return nil }
        return findings.choice(node, "`compression`")
    }

    private func isTar(_ map: MapReader, key: String) -> Bool {
        guard let node = map.node(key), let word = findings.string(node, "`\(key)`") else { return false }
        if word != "tar" { findings.unknownWord(word, at: node.position, "`\(key)`", words: ["tar"]) }
        return word == "tar"
    }

    private func digest(_ map: MapReader, _ key: String, digits: Int) -> String? {
        guard let node = map.node(key), let text = node.scalar?.text else { return map.string(key) }
        let digest = text.lowercased()
        guard digest.count == digits, digest.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            findings.error(
                at: node.position, "`\(key)` needs \(digits) hexadecimal digits", excerpt: cutExcerpt(text))
            return nil
        }
        return digest
    }

    private func readOverlays(_ map: MapReader, into image: inout ImageRequest) {
        image.format = map.choice("format")
        guard let node = map.node("overlays") else { return }
        if map.node("format") == nil {
            findings.error(at: map.position(of: "overlays"), "`overlays` needs `format` beside it")
        }
        guard let entries = node.entries else {
            findings.mismatch(node, "`overlays`", needs: "a mapping")
            return
        }
        for entry in entries {
            if entry.key == "lava" {
                image.takesTestOverlay = findings.bool(entry.value, "`lava`") ?? false
                if image.takesTestOverlay { checkTestOverlay(image.format, at: entry.keyPosition) }
            } else if let overlay = overlay(entry.value, name: entry.key) {
                image.overlays.append(overlay)
                reading.doesNotRun("image overlays `\(cutExcerpt(entry.key))`", at: entry.keyPosition)
            }
        }
    }

    /// Only a ramdisk of an emulated board takes the test overlay in; with `to: tftp` it is `install_overlay` that says
    /// so.
    private func checkTestOverlay(_ format: ImageRequest.Format?, at position: SourcePosition) {
        if method != .tmpfs {
            reading.doesNotRun("image overlays `lava` with deploy to: \(method.rawValue)", at: position)
        } else if let format, format != .cpioNewc {
            reading.doesNotRun("image overlays `lava` with `format: \(format.rawValue)`", at: position)
        }
    }

    private func overlay(_ node: YAMLNode, name: String) -> ImageOverlay? {
        guard let map = MapReader(node, "`\(cutExcerpt(name))`", findings) else { return nil }
        let url = url(map)
        let format = map.required("format").flatMap { findings.string($0, "`format`") }
        if let format, !["file", "tar"].contains(format) {
            findings.unknownWord(format, at: map.position(of: "format"), "`format`", words: ["file", "tar"])
        }
        let path = map.requiredText("path")
        let source = ImageOverlay.OverlaySource(
            name: name, url: url ?? "", compression: compression(map), isTar: format == "tar",
            sha256: digest(map, "sha256sum", digits: 64))
        reading.refuse(["headers", "md5sum", "sha512sum", "archive"], of: map, in: "overlay")
        map.finish(unknown: .warning)
        guard url != nil, let path else { return nil }
        return ImageOverlay(source: source, path: path)
    }
}
