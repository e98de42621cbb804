import LabModel
import PowerCut

/// What a toy board boots from.
protocol ToyDisk {
    mutating func read(_ sector: Int) -> UInt8
    mutating func write(_ sector: Int, _ value: UInt8)
}

/// An array of values: the slow and obvious disk.
struct PlainDisk: ToyDisk {
    var values: [UInt8]
    var written: [(sector: Int, value: UInt8)] = []

    init(_ values: [UInt8]) { self.values = values }

    mutating func read(_ sector: Int) -> UInt8 { values[sector] }

    mutating func write(_ sector: Int, _ value: UInt8) {
        values[sector] = value
        written.append((sector, value))
    }

    func after(_ writes: Int, from start: [UInt8]) -> [UInt8] {
        var disk = start
        for write in written.prefix(writes) { disk[write.sector] = write.value }
        return disk
    }
}

/// The disk under test.
struct ViewDisk: ToyDisk {
    var view: CrashView
    private var buffer = [UInt8](repeating: 0, count: 512)
    var failure: Failure?

    init(_ state: CrashState) { view = CrashView(state) }

    mutating func read(_ sector: Int) -> UInt8 {
        do throws(Failure) {
            let bytes = try view.read(offset: sector * 512, length: 512)
            return bytes[0] == bytes[511] ? bytes[0] : 255
        } catch {
            failure = error
            return 255
        }
    }

    mutating func write(_ sector: Int, _ value: UInt8) {
        do throws(Failure) {
            try view.write(
                offset: sector * 512, [UInt8](repeating: value, count: 512), at: MonotonicTime(nanoseconds: 0))
        } catch {
            failure = error
        }
    }
}

/// A board whose recovery is a function of what it reads: where it reads next, what it writes and how it ends all depend
/// on the bytes so far.
struct ToyBoot {
    var seed: UInt64
    var sectors: Int
    var steps: Int
    var isWriting = true

    func run(_ disk: inout some ToyDisk) -> TrialFacts {
        var memory = seed | 1
        for _ in 0..<steps {
            let value = disk.read(Int(truncatingIfNeeded: memory >> 20) % sectors)
            memory = (memory ^ UInt64(value)) &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
            if isWriting, (memory >> 40) & 7 == 0 {
                disk.write(Int(truncatingIfNeeded: memory >> 24) % sectors, UInt8((memory >> 50) & 3))
            }
        }
        switch (memory >> 33) % 5 {
        case 0: return TrialFacts(end: .alive, version: "v1")
        case 1, 2: return TrialFacts(end: .alive, version: "v2")
        case 3: return TrialFacts(end: .alive, version: "v2", isWhole: false)
        default: return TrialFacts(end: .bootloaderPrompt)
        }
    }

    func run(from values: [UInt8]) -> (facts: TrialFacts, disk: PlainDisk) {
        var disk = PlainDisk(values)
        let facts = run(&disk)
        return (facts, disk)
    }

    func outcome(_ state: CrashState) -> BootOutcome {
        var disk = ViewDisk(state)
        let facts = disk.failure == nil ? run(&disk) : TrialFacts(end: .infrastructure)
        return BootOutcome(facts: facts, log: disk.view.readLog, recording: disk.view.recording)
    }
}
