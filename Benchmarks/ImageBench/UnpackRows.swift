import BenchKit
import Foundation
import Glibc
import LabArtifacts
import LabModel
import Logging

/// An image of each form on its way to where a board boots from, beside the same library to nowhere plus the writing
/// of the mapped blocks alone.
struct UnpackRows {
    let image: SampleImage
    let forms: [ImageForm]
    let folder: String
    let turns: Int

    func run() async throws {
        for form in forms where form != .raw {
            Bench.progress("packing \(form.rawValue)")
            try form.pack(image, to: packed(form))
        }
        var settings = ImageStoreSettings(cacheFolder: folder + "/cache", allowedFolders: [folder])
        settings.maximumDownloadBytes = Int64(image.size) * 2
        let store = try ImageStore(settings, clock: SystemLabClock(), logger: Logger(label: "bench"))
        do {
            // The store trusts a digest of its own only for a file that has not changed for two seconds.
            try await Task.sleep(for: .seconds(2))
            var allocated: [Int] = []
            for form in forms { allocated.append(try await row(form, store)) }
            try report(allocated)
        } catch {
            await store.shutdown()
            throw error
        }
        await store.shutdown()
    }

    private func packed(_ form: ImageForm) -> String {
        form == .raw ? image.path : "\(image.path).\(form.rawValue)"
    }

    /// - Returns: the most bytes that ours took on the disk.
    private func row(_ form: ImageForm, _ store: ImageStore) async throws -> Int {
        Bench.progress("unpacking \(form.rawValue)")
        let request = ImageRequest(
            name: "rootfs", url: "file://" + packed(form), compression: form.compression)
        let out = folder + "/out"
        let name = URL(fileURLWithPath: image.path).lastPathComponent
        var (floors, writes, ours): ([Double], [Double], [Double]) = ([], [], [])
        var allocated = 0
        // The digest has its own row: the store takes it here and remembers it.
        _ = try await store.fetch(request, into: out, keepsCompression: true) { _ in }
        try FileManager.default.removeItem(atPath: out)
        for turn in 0...(form == .bz2 ? 1 : turns) {
            let nowhere = try Cost.of { try expect(try form.unpackToNowhere(packed(form)), form) }
            let write = try Cost.of { try writeMapped(to: folder + "/floor") }
            try FileManager.default.removeItem(atPath: folder + "/floor")
            let mine = try await Cost.of {
                _ = try await store.fetch(request, into: out, keepsCompression: false) { _ in }
            }
            allocated = max(allocated, try blocks(of: out + "/" + name) * 512)
            if turn == 1 { try compare(out + "/" + name) }
            try FileManager.default.removeItem(atPath: out)
            // The first turn warms up; of bzip2, which takes longest and varies least, it counts.
            if turn == 0, form != .bz2 { continue }
            floors.append(nowhere.processor + write.processor)
            writes.append(write.processor)
            ours.append(mine.processor)
        }
        let (floor, mine) = (Samples(floors), Samples(ours))
        let ratios = Samples(zip(ours, floors).map { $0 / $1 })
        try Bench.report(
            BenchRow(
                "image unpack and write, \(form.rawValue), \(image.size >> 20) MiB, 30 % data",
                floorName: "\(form.library), plus writing the mapped blocks alone", floor: floor.median,
                ours: mine.median, unit: "CPU-s", target: "at most 1.15 x", excess: mine.median / floor.median / 1.15,
                note: """
                    \(ours.count) turns, ratio of a turn \(figure(ratios.least)) to \(figure(ratios.most)); \
                    \(packedMebibytes(form)) MiB packed\(form.level), the writing alone \(figure(Samples(writes).median)) CPU-s
                    """))
        return allocated
    }

    private func report(_ allocated: [Int]) throws {
        let most = allocated.max() ?? 0
        try Bench.report(
            BenchRow(
                "image on disk: bytes allocated, most of \(forms.map(\.rawValue).joined(separator: ", "))",
                floorName: "blocks of 4 KiB that are not zero",
                floor: Double(image.mappedBytes) / 1e6, ours: Double(most) / 1e6, unit: "MB",
                target: "at most 1.001 x", excess: Double(most) / Double(image.mappedBytes) / 1.001,
                note: "\(image.size) bytes long; the file system's own tables count"))
    }

    private func writeMapped(to path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o644)
        guard descriptor >= 0 else { throw BenchError("cannot create \(path)") }
        defer { close(descriptor) }
        for run in image.runs {
            var done = 0
            while done < run.count {
                // As large as the pieces in which images come.
                let count = min(run.count - done, 256 * 1024)
                let offset = run.offset + done
                guard pwrite(descriptor, image.bytes.baseAddress.map { $0 + offset }, count, off_t(offset)) == count
                else { throw BenchError("cannot write \(path)") }
                done += count
            }
        }
        ftruncate(descriptor, off_t(image.size))
    }

    private func expect(_ count: Int, _ form: ImageForm) throws {
        guard count == image.size else { throw BenchError("\(form.rawValue) gave \(count) bytes, not \(image.size)") }
    }

    private func blocks(of path: String) throws -> Int {
        var status = stat()
        // Until the file system has decided, it counts what it may need.
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0, fstat(descriptor, &status) == 0 else { throw BenchError("cannot stat \(path)") }
        return Int(status.st_blocks)
    }

    private func compare(_ path: String) throws {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped),
            data.count == image.size, data.withUnsafeBytes({ image.equals($0) })
        else { throw BenchError("\(path) is not the image") }
    }

    private func packedMebibytes(_ form: ImageForm) -> Int {
        let size = (try? FileManager.default.attributesOfItem(atPath: packed(form))[.size]) as? Int
        return (size ?? 0) >> 20
    }

    private func figure(_ value: Double) -> String {
        String(format: "%.2f", value)
    }
}
