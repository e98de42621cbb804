import Glibc
import LabModel

/// A recording that is being made.
struct Recording: PowerCutRecording {
    let recorder: RecordingDisk
    let disk: NetworkDisk
    let shelf: DiskShelf
    let files: ExplorationFiles

    func mark(_ text: String, phase: String?, isSuccess: Bool) {
        recorder.mark(text, phase: phase, isSuccess: isSuccess)
    }

    func finish() async throws(Failure) -> Int {
        let writes = recorder.writeCount
        await abandon()
        try recorder.finish()
        return writes
    }

    func abandon() async {
        shelf.remove(disk.export)
        unlink(files.disk)
    }
}
