import LabModel
import Testing

@testable import VirtualBoards

@Suite struct QemuArgumentsTests {
    private func parsed(_ text: String, _ images: [String: String] = [:]) throws(Failure) -> QemuArguments {
        var arguments = QemuArguments()
        try arguments.add(text, images: images)
        return arguments
    }

    @Test func aKernelWithItsCommandLine() throws {
        let arguments = try parsed(
            #"-kernel {kernel} --append "console=ttyAMA0,115200 root=/dev/ram0""#, ["{kernel}": "/job/a b,c"])
        #expect(arguments.kernel == "/job/a b,c")
        #expect(arguments.kernelCommandLine == "console=ttyAMA0,115200 root=/dev/ram0")
    }

    @Test func aDriveKeepsWhatIsHarmless() throws {
        let drive = try #require(
            try parsed("-drive format=qcow2,file={rootfs},if=virtio,id=root,readonly=on", ["{rootfs}": "/job/r"]).drives
                .first)
        #expect(drive.path == "/job/r")
        #expect(drive.isReadOnly)
        #expect(drive.properties.text == "if=virtio,id=root")
    }

    @Test(arguments: [
        ("-m 512", 512), ("-m 512M", 512), ("-m 2G", 2048),
    ])
    func memory(_ text: String, _ mebibytes: Int) throws {
        #expect(try parsed(text).memory == mebibytes)
    }

    @Test func whatTheLabDecidesItselfIsPassedOver() throws {
        #expect(try parsed("-nographic -serial stdio -monitor none -vga none -display gtk") == QemuArguments())
    }

    @Test(arguments: [
        "-drive file=/etc/shadow,format=raw", "-kernel /etc/shadow", "-hda /dev/sda", "-netdev tap,id=a,script=/tmp/x",
        "-netdev user,id=a,hostfwd=tcp::22-:22", "-netdev user,id=a,smb=/",
        "-netdev user,id=a,guestfwd=tcp:1.2.3.4:1-cmd:sh",
        "-chardev file,id=a,path=/tmp/x", "-fsdev local,id=a,path=/", "-virtfs local,path=/",
        "-device vfio-pci,host=01:00.0",
        "-device virtio-net-pci,romfile=/etc/passwd", "-device virtio-input-host-pci,evdev=/dev/input/event0",
        "-device vhost-vsock-pci,guest-cid=3", "-device virtio-9p-pci,fsdev=a", "-machine virt,dumpdtb=/tmp/x",
        "-object memory-backend-file,id=m,mem-path=/tmp/x,size=1M", "-object rng-random,filename=/etc/shadow",
        "-m 999999", "-m 0", "-m -5", "-monitor", "-incoming exec:sh", "-qmp tcp::4444", "-gdb tcp::1234", "-D /tmp/x",
        "-readconfig /tmp/x", "-cpu host\nx", "kernel", "-append 'open", "-drive file={rootfs},file.driver=nbd",
        "-drive if=virtio", "-global virtio-net-pci.romfile=/x", "-sandbox off", "-daemonize", "-run-with user=nobody",
    ])
    func whatCouldReachTheHostIsRefused(_ text: String) {
        let failure = #expect(throws: Failure.self) { try parsed(text, ["{rootfs}": "/job/r"]) }
        #expect(failure?.type == .job)
    }

    @Test func doubledCommasSurvive() {
        let properties = QemuProperties("virtio-blk-pci,drive=a,,b,serial=x")
        #expect(properties.head == "virtio-blk-pci")
        #expect(properties["drive"] == "a,b")
        #expect(properties.text == "virtio-blk-pci,drive=a,,b,serial=x")
    }

    @Test(arguments: [
        (#"a "b c" d\ e 'f"g'"#, ["a", "b c", "d e", "f\"g"]), ("", []), ("  ''  x", ["", "x"]),
    ])
    func shellWords(_ text: String, _ words: [String]) throws {
        #expect(try ShellWords.split(text) == words)
    }
}
