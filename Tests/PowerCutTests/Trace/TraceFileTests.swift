import LabModel
import PowerCut
import SystemPackage
import Testing

@Suite struct TraceFileTests {
    private func header(_ size: Int = 8192) -> TraceHeader {
        TraceHeader(
            baseDigest: ContentDigest(of: [1, 2, 3]), baseSize: size, recordedAt: WallTime(nanoseconds: 17),
            machine: [.init("qemu", "7.2"), .init("update", "rauc install")])
    }

    private func record(_ path: FilePath, finished: Bool = true) throws {
        let writer = try TraceWriter(path: path.string, header: header())
        try writer.mark("LABD-PHASE copy", phase: "copy", at: MonotonicTime(nanoseconds: 1))
        try writer.write(offset: 512, [UInt8](repeating: 7, count: 512), at: MonotonicTime(nanoseconds: 2))
        try writer.flush(at: MonotonicTime(nanoseconds: 3))
        try writer.clear(offset: 1024, length: 1024, content: .trim, isFUA: true, at: MonotonicTime(nanoseconds: 4))
        try writer.write(
            offset: 0, [UInt8](repeating: 9, count: 512), isAmbiguous: true, at: MonotonicTime(nanoseconds: 5))
        try writer.mark("done", isSuccess: true, at: MonotonicTime(nanoseconds: 6))
        if finished { try writer.finish() }
    }

    @Test func readsBackWhatWasRecorded() throws {
        try TemporaryFolder.with { folder in
            try record(folder.appending("a.trace"))
            let trace = try TraceFile.read(path: folder.appending("a.trace").string)
            #expect(trace.header == header())
            #expect(trace.events.count == 6)
            #expect(trace.writes.map(\.offset) == [512, 1024, 0])
            #expect(trace.writes[1].content == .trim && trace.writes[1].isFUA && trace.writes[2].isAmbiguous)
            #expect(trace.bytes(ofWrite: 1) == [UInt8](repeating: 7, count: 512))
            #expect(trace.bytes(ofWrite: 2) == [UInt8](repeating: 0, count: 1024))
            #expect(trace.marks.map(\.writesBefore) == [0, 3])
            #expect(trace.marks.last?.isSuccess == true && trace.marks.first?.phase == "copy")
        }
    }

    @Test func aRecordingThatCrashedIsReadableAndNotComplete() throws {
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.trace")
            try record(path, finished: false)
            let file = try TraceFile.readPrefix(path: path.string)
            #expect(file.trace.events.count == 6)
            #expect(file.damage?.message.contains("record 7, at byte") == true)
            #expect(throws: Failure.self) { try TraceFile.read(path: path.string) }
        }
    }

    @Test func everyTruncationLeavesAPrefixOrAnError() throws {
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.trace")
            try record(path)
            let whole = try TraceFile.read(path: path.string)
            let bytes = try TemporaryFolder.read(path)
            for length in 0..<bytes.count {
                let cut = folder.appending("cut.trace")
                try TemporaryFolder.write(cut, Array(bytes.prefix(length)))
                #expect(throws: Failure.self) { try TraceFile.read(path: cut.string) }
                check(cut, isPrefixOf: whole)
            }
        }
    }

    @Test func everyFlippedByteIsNoticed() throws {
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.trace")
            try record(path)
            let whole = try TraceFile.read(path: path.string)
            var bytes = try TemporaryFolder.read(path)
            for place in bytes.indices {
                for mask in [UInt8(1), 0x80, 0xFF] {
                    bytes[place] ^= mask
                    let flipped = folder.appending("flipped.trace")
                    try TemporaryFolder.write(flipped, bytes)
                    let failure = #expect(throws: Failure.self) { try TraceFile.read(path: flipped.string) }
                    if place >= 16 { #expect(failure?.message.contains("record") == true) }
                    check(flipped, isPrefixOf: whole)
                    bytes[place] ^= mask
                }
            }
        }
    }

    @Test func bytesBehindTheEndAreNoticed() throws {
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.trace")
            try record(path)
            try TemporaryFolder.write(path, try TemporaryFolder.read(path) + [0])
            #expect(throws: Failure.self) { try TraceFile.read(path: path.string) }
        }
    }

    @Test func refusesWritesOutsideTheDiskAndHalfSectors() throws {
        try TemporaryFolder.with { folder in
            let writer = try TraceWriter(path: folder.appending("a.trace").string, header: header())
            let time = MonotonicTime(nanoseconds: 0)
            #expect(throws: Failure.self) {
                try writer.write(offset: 8192, [UInt8](repeating: 0, count: 512), at: time)
            }
            #expect(throws: Failure.self) { try writer.write(offset: 0, [1], at: time) }
            #expect(throws: Failure.self) { try writer.clear(offset: 512, length: .max - 511, at: time) }
            #expect(throws: Failure.self) { try writer.clear(offset: 0, length: 0, at: time) }
            #expect(writer.writeCount == 0)
        }
    }

    @Test func doesNotOverwriteARecording() throws {
        try TemporaryFolder.with { folder in
            let path = folder.appending("a.trace")
            try record(path)
            #expect(throws: Failure.self) { try TraceWriter(path: path.string, header: header()) }
        }
    }

    @Test func knowsItsBaseImage() throws {
        let image = try BaseImage(contents: [UInt8](repeating: 3, count: 1024))
        var header = TraceHeader(
            baseDigest: image.digest(), baseSize: 1024, recordedAt: WallTime(nanoseconds: 0))
        #expect(throws: Never.self) { try image.check(against: header) }
        header.baseDigest = ContentDigest(of: [])
        #expect(throws: Failure.self) { try image.check(against: header) }
        #expect(throws: Failure.self) { try BaseImage(contents: [1, 2, 3]) }
    }

    @Test func checksumsAreCastagnoli() {
        #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    }

    // Whatever of a damaged file is readable is what was recorded.
    private func check(_ path: FilePath, isPrefixOf whole: Trace) {
        do {
            let file = try TraceFile.readPrefix(path: path.string)
            let isPrefix =
                file.trace.header == whole.header && whole.events.starts(with: file.trace.events)
                && file.damage != nil
                && file.trace.writes.allSatisfy {
                    file.trace.bytes(ofWrite: $0.number) == whole.bytes(ofWrite: $0.number)
                }
            if !isPrefix { Issue.record("wrong data were read") }
        } catch {
            if error.message.isEmpty { Issue.record("no clear error") }
        }
    }
}
