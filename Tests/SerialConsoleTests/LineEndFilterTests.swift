import LabModel
import Testing

@testable import SerialConsole

@Suite struct LineEndFilterTests {
    /// What the matcher is fed of `text` when it comes in pieces of `size` bytes.
    private func fed(_ text: String, size: Int) -> String {
        let bytes = Array(text.utf8)
        var filter = LineEndFilter(at: 0)
        var seen: [UInt8] = []
        for end in stride(from: size, to: bytes.count + size, by: size) {
            var room = [UInt8](repeating: 0, count: bytes.count + 2)
            bytes[Int(filter.next)..<min(end, bytes.count)].withUnsafeBytes { unread in
                room.withUnsafeMutableBytes { seen += Array(filter.visible(of: unread, room: $0)) }
            }
        }
        return String(decoding: seen, as: UTF8.self)
    }

    @Test(arguments: [
        ("a\r\nb\r\r\nc\n", "a\nb\nc\n"), ("\r\n\r\n\r\n", "\n\n\n"), ("a\r\r\r\nb", "a\r\nb"),
        ("progress 1\r2\r3", "progress 1\r2\r3"),
        ("x\r", "x"), ("x\r\r", "x"), ("\r\r\r\r", "\r\r"), ("no ends", "no ends"), ("", ""),
    ])
    func returnsOfLineEndsAreLeftOutWhereverPiecesEnd(text: String, visible: String) {
        for size in 1...max(1, text.utf8.count) {
            #expect(fed(text, size: size) == visible, "in pieces of \(size)")
        }
    }
}
