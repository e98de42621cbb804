import LabModel

/// The tests of one deploy, laid out for the board.
struct TestOverlay {
    /// Absolute on the board, such as `/lava-7`.
    let root: String
    var stages: [TestStage]
    /// Below the board's `/`.
    let entries: [OverlayEntry]
    /// Where the overlay is by now.
    var placement = Placement.nowhere
    /// Typed before the first test when the overlay comes on a drive.
    var mountCommand: String?

    enum Placement: Equatable {
        case nowhere
        /// Part of what the board boots.
        case image
        /// Mounted or unpacked in the boot that began at this place on the console.
        case boot(ConsoleOffset)
    }

    /// The entries as they lie on a drive of their own: the drive's root is the overlay's root.
    var driveEntries: [OverlayEntry] {
        let prefix = String(root.drop { $0 == "/" }) + "/"
        return entries.compactMap { entry in
            guard entry.path.hasPrefix(prefix) else { return nil }
            return OverlayEntry(
                path: String(entry.path.dropFirst(prefix.count)), mode: entry.mode, content: entry.content)
        }
    }

    /// Finds the drive by what is on it: nobody knows which name the board's kernel gave it.
    var mountFromDrive: String {
        "mkdir -p \(root); for d in /dev/vd? /dev/sd?; do mount -t ext4 $d \(root) 2>/dev/null || continue; "
            + "[ -x \(root)/bin/lava-test-runner ] && break; umount \(root); done"
    }
}

/// The definitions of one test block.
struct TestStage {
    /// Counts the test blocks of the job from 0; the folder's name on the board.
    let number: Int
    /// Index of the test block in the job.
    let block: Int
    let tests: [StagedTest]
}

/// One definition of a stage.
struct StagedTest {
    /// Counts definitions over the whole job.
    let index: Int
    let request: TestDefinitionRequest
    let definition: TestDefinition
    let commit: String?
    /// `<job>_<level>`, echoed by the board at start and end.
    let uuid: String
    /// Folder of the host with what was fetched around the definition.
    let folder: String

    /// `<index>_<name>`: the suite its results go to.
    var suite: String { "\(index)_\(request.name)" }
}
