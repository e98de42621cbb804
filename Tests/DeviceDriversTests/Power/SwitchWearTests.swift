import Glibc
import Testing

@testable import DeviceDrivers

@Suite struct SwitchWearTests {
    @Test func countsOutliveTheLab() {
        let path = "/tmp/labd-wear-\(getpid())"
        defer { unlink(path) }
        let wear = SwitchWearFile(path: path)
        for _ in 0..<3 { wear.note(device: "a", channel: 1) }
        wear.note(device: "a", channel: 2)
        wear.save()
        let later = SwitchWearFile(path: path)
        #expect(later.count(device: "a", channel: 1) == 3)
        later.note(device: "a", channel: 1)
        later.save()
        #expect(SwitchWearFile(path: path).count(device: "a", channel: 1) == 4)
        #expect(SwitchWearFile(path: path).count(device: "b", channel: 1) == 0)
    }

    @Test func aFileThatIsNoneOfOursIsNoReason() throws {
        let path = "/tmp/labd-wear-bad-\(getpid())"
        defer { unlink(path) }
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        let text = "a one two\nb 1 -5\nc 1 7\n\u{0}\n"
        #expect(write(file, text, text.utf8.count) == text.utf8.count)
        close(file)
        let wear = SwitchWearFile(path: path)
        #expect(wear.count(device: "b", channel: 1) == 0)
        #expect(wear.count(device: "c", channel: 1) == 7)
    }
}
