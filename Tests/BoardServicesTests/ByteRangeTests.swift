import Testing

@testable import BoardServices

@Suite struct ByteRangeTests {
    @Test(arguments: [
        (nil, ByteRange.whole), ("bytes=0-9", .part(0..<10)), ("bytes=10-", .part(10..<100)),
        ("bytes=-5", .part(95..<100)), ("bytes=-500", .part(0..<100)), ("bytes=90-500", .part(90..<100)),
        ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=9-3", .whole),
        ("bytes=0-1,5-6", .whole), ("rows=0-1", .whole), ("bytes=", .whole), ("bytes=-", .whole),
        ("bytes=a-b", .whole), ("bytes=+1-5", .whole), ("bytes=99999999999999999999-", .whole),
    ])
    func headersAreRead(header: String?, expected: ByteRange) {
        #expect(ByteRange(header, size: 100) == expected)
    }

    @Test func anEmptyFileHasNoParts() {
        #expect(ByteRange("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange(nil, size: 0) == .whole)
    }
}
