import JobDSL
import LabModel
import Testing

@Suite struct DeployBootTests {
    private let digest = String(repeating: "aB", count: 32)

    @Test func readsEveryKeyOfAnImage() throws {
        let action = try onlyAction(
            """
            - deploy:
                to: tmpfs
                os: debian
                images:
                  rootfs:
                    url: https://example.org/r.cpio.gz
                    image_arg: -initrd {rootfs}
                    headers: {X-Token: secret}
                    compression: gz
                    archive: tar
                    md5sum: 0123456789abcdef0123456789abcdef
                    sha256sum: \(digest)
                    sha512sum: \(digest)\(digest)
                    use_cache: true
                    format: cpio.newc
                    overlays:
                      lava: true
                      modules: {url: 'http://x/m.tar.xz', format: tar, compression: xz, path: /, sha256sum: \(digest)}
            """)
        guard case .deploy(let deploy) = action else { throw TestProblem(action) }
        #expect(deploy.method == .tmpfs)
        #expect(deploy.os == "debian")
        let image = try #require(deploy.images.first)
        #expect(
            image
                == ImageRequest(
                    name: "rootfs", url: "https://example.org/r.cpio.gz", headers: ["X-Token": "secret"],
                    compression: .gz,
                    isTarArchive: true, md5: "0123456789abcdef0123456789abcdef", sha256: digest.lowercased(),
                    sha512: (digest + digest).lowercased(), format: .cpioNewc, takesTestOverlay: true,
                    overlays: [
                        ImageOverlay(
                            source: ImageOverlay.OverlaySource(
                                name: "modules", url: "http://x/m.tar.xz", compression: .xz, isTar: true,
                                sha256: digest.lowercased()), path: "/")
                    ], imageArgument: "-initrd {rootfs}", position: SourcePosition(line: 11, column: 9)))
    }

    @Test func readsTftpInTheOrderOfTheJob() throws {
        let action = try onlyAction(
            """
            - deploy:
                to: tftp
                ramdisk: {url: 'http://x/r', install_modules: false, install_overlay: false, header: u-boot}
                kernel: {url: 'http://x/k', type: zimage}
                dtb: {url: 'http://x/d'}
                modules: {url: 'http://x/m', compression: xz}
            """)
        guard case .deploy(let deploy) = action else { throw TestProblem(action) }
        #expect(deploy.images.map(\.name) == ["ramdisk", "kernel", "dtb", "modules"])
        #expect(deploy.images[0].header == "u-boot")
        #expect(!deploy.images[0].installsModules)
        #expect(!deploy.images[0].installsOverlay)
        #expect(deploy.images[1].kernelType == .zimage)
    }

    @Test(arguments: [
        "dtbo: [{url: 'http://x'}]", "tee: {url: x}", "nfsrootfs: {url: x}", "persistent_nfs: {address: a}",
        "preseed: {}", "extra_files: {}",
    ])
    func tftpPartsThatDoNotRunAreNamed(_ part: String) throws {
        let plan = try #require(compiled(jobText("- deploy: {to: tftp, \(part)}")).plan)
        #expect(plan.unsupported.map(\.name) == ["deploy to: tftp `\(part.prefix { $0 != ":" })`"])
    }

    @Test(arguments: ["overlay", "download", "downloads"])
    func otherDeployMethods(_ method: String) throws {
        let images = method == "overlay" ? "" : ", images: {a: {url: 'file:///x'}, b: {url: 'downloads://a/x'}}"
        guard case .deploy(let deploy) = try onlyAction("- deploy: {to: \(method)\(images)}") else { return }
        #expect(deploy.method.rawValue == method)
        #expect(deploy.images.count == (method == "overlay" ? 0 : 2))
    }

    @Test(arguments: [
        ("{}", "`a` needs `url`"), ("{url: 5}", "`url` is not a URL in `5`"),
        ("{url: 'ftp://x'}", "has the scheme `ftp`"),
        ("{url: 'http://x', compression: lz4}", "`compression` cannot be `lz4`"),
        ("{url: 'http://x', archive: zip}", "`archive` cannot be `zip`"),
        ("{url: 'http://x', sha256sum: abc}", "`sha256sum` needs 64 hexadecimal digits in `abc`"),
        ("{url: 'http://x', overlays: {lava: true}}", "`overlays` needs `format` beside it"),
        ("{url: 'http://x', format: ext5}", "`format` cannot be `ext5`; did you mean `ext4`?"),
        ("http://x", "`a` needs a mapping, not `http://x`"),
    ])
    func refusesWrongImages(_ image: String, _ expected: String) {
        let found = errors(jobText("- deploy: {to: download, images: {a: \(image)}}"))
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }

    @Test(arguments: [
        ("partition: 1", "image `partition`"), ("sparse: true", "image `sparse`"),
        ("download: false", "image `download: false`"),
        ("url: 'scp://h/x'", "image url scp://"),
    ])
    func imagePartsThatDoNotRunAreNamed(_ part: String, _ feature: String) throws {
        let url = part.hasPrefix("url") ? "" : "url: 'http://x', "
        let plan = try #require(compiled(jobText("- deploy: {to: download, images: {a: {\(url)\(part)}}}")).plan)
        #expect(plan.unsupported.map(\.name) == [feature])
    }

    @Test(arguments: [
        ("tmpfs", "format: cpio.newc, overlays: {lava: true}", [String]()),
        ("tmpfs", "format: ext4, overlays: {lava: false}", []),
        ("tmpfs", "format: ext4, overlays: {lava: true}", ["image overlays `lava` with `format: ext4`"]),
        (
            "tmpfs", "format: cpio.newc, overlays: {lava: true, m: {url: 'http://m', format: file, path: /}}",
            ["image overlays `m`"]
        ),
        ("downloads", "format: cpio.newc, overlays: {lava: true}", ["image overlays `lava` with deploy to: downloads"]),
        ("download", "format: cpio.newc, overlays: {lava: true}", ["image overlays `lava` with deploy to: download"]),
    ])
    func onlyARamdiskOfAnEmulatedBoardTakesOverlays(_ method: String, _ keys: String, _ features: [String]) throws {
        let text = jobText("- deploy: {to: \(method), images: {a: {url: 'http://x', \(keys)}}}")
        #expect(try #require(compiled(text).plan).unsupported.map(\.name) == features)
    }

    @Test func overlaysOfServedImagesDoNotRun() throws {
        let ramdisk = "{url: 'http://x', format: cpio.newc, overlays: {lava: true}}"
        let plan = try #require(compiled(jobText("- deploy: {to: tftp, ramdisk: \(ramdisk)}")).plan)
        #expect(plan.unsupported.map(\.name) == ["image overlays `lava` with deploy to: tftp"])
    }

    @Test func imageNamesCannotLeaveTheirFolder() {
        #expect(errors(jobText("- deploy: {to: download, images: {../x: {url: 'http://x'}}}")).count == 1)
    }

    @Test func readsEveryKeyOfABoot() throws {
        let action = try onlyAction(
            """
            - boot:
                method: u-boot
                commands: ramdisk
                prompts: ['/ #', 'root@']
                auto_login:
                  login_prompt: 'login:'
                  username: root
                  password_prompt: 'Password:'
                  password: '1234'
                  login_commands: [su]
                transfer_overlay: {download_command: wget, unpack_command: tar -xzf, transfer_method: http}
                soft_reboot: [reboot]
                ignore_kernel_messages: yes
                failure_message: 'gave up'
                parameters: {bootloader-final-message: '', kernel-start-message: Booting, shutdown-message: down}
                reset: false
            """)
        guard case .boot(let boot) = action else { throw TestProblem(action) }
        #expect(
            boot
                == BootAction(
                    method: .uboot, commands: .set("ramdisk"), prompts: ["/ #", "root@"],
                    autoLogin: AutoLogin(
                        loginPrompt: "login:", username: "root", passwordPrompt: "Password:", password: "1234",
                        loginCommands: ["su"]),
                    transferOverlay: TransferOverlay(downloadCommand: "wget", unpackCommand: "tar -xzf"),
                    softReboot: ["reboot"], ignoresKernelMessages: true, failureMessage: "gave up",
                    bootloaderFinalMessage: "", kernelStartMessage: "Booting", shutdownMessage: "down", resets: false))
    }

    @Test func literalCommandsAreLines() throws {
        guard case .boot(let boot) = try onlyAction("- boot: {method: u-boot, commands: [a, b], prompts: '#'}") else {
            return
        }
        #expect(boot.commands == .lines(["a", "b"]))
        #expect(boot.prompts == ["#"])
    }

    @Test(arguments: [("grub", BootAction.Method.grub), ("barebox", .barebox), ("u-boot", .uboot)])
    func bootLoadersWithAPromptTakeCommands(_ word: String, _ method: BootAction.Method) throws {
        guard case .boot(let boot) = try onlyAction("- boot: {method: \(word), commands: nfs, prompts: '#'}") else {
            throw TestProblem(.unsupported(kind: "boot", method: word))
        }
        #expect(boot.method == method && boot.commands == .set("nfs"))
        #expect(boot.method.bootloader?.rawValue == word)
        #expect(errors(jobText("- boot: {method: \(word), prompts: [x]}")).first?.contains("needs `commands`") == true)
    }

    /// An installer's boot ends with a message instead of a shell.
    @Test func aBootThatEndsWithAMessageDoesNotRun() throws {
        let text = jobText(
            "- boot: {method: grub, commands: debian-installer, boot_finished: 'Requesting system reboot'}")
        #expect(try #require(compiled(text).plan).unsupported.map(\.name) == ["boot `boot_finished`"])
    }

    @Test func qemuInAContainerIsAWarning() {
        let job = compiled(jobText("- boot: {method: qemu, media: tmpfs, prompts: [x], docker: {image: i}}"))
        #expect(job.plan?.unsupported == [])
        #expect(job.diagnostics.map(\.severity) == [.warning])
    }

    @Test(arguments: [
        ("method: u-boot, prompts: [x]", "`boot` needs `commands`"),
        ("method: minimal", "`boot` needs `prompts`"), ("method: minimal, prompts: []", "`prompts` must not be empty"),
        ("method: minimal, prompts: [x], auto_login: {username: r}", "`auto_login` needs `login_prompt`"),
        (
            "method: minimal, prompts: [x], auto_login: {username: r, login_prompt: ''}",
            "`login_prompt` must not be empty"
        ),
        (
            "method: minimal, prompts: [x], auto_login: {username: r, login_prompt: l, password_prompt: p}",
            "`password_prompt` needs `password`"
        ),
        (
            "method: minimal, prompts: [x], transfer_overlay: {download_command: w, unpack_command: t, transfer_method: htp}",
            "`transfer_method` cannot be `htp`; did you mean `http`?"
        ),
        ("method: minimal, prompts: [x], reset: maybe", "`reset` needs true or false, not `maybe`"),
    ])
    func refusesWrongBoots(_ keys: String, _ expected: String) {
        let found = errors(jobText("- boot: {\(keys)}"))
        #expect(found.count == 1)
        #expect(found.first?.contains(expected) == true, "\(found)")
    }
}

struct TestProblem: Error {
    let action: Action

    init(_ action: Action) {
        self.action = action
    }
}
