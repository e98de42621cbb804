import LabModel
import NIOCore
import Synchronization

/// The channels that send a job's files right now, so that withdrawing ends them.
final class ActiveTransfers: Sendable {
    private let channels = Mutex<[JobID: [ObjectIdentifier: any Channel]]>([:])

    func add(_ channel: any Channel, for job: JobID) {
        channels.withLock { $0[job, default: [:]][ObjectIdentifier(channel)] = channel }
    }

    func remove(_ channel: any Channel, for job: JobID) {
        channels.withLock { channels in
            channels[job]?[ObjectIdentifier(channel)] = nil
            if channels[job]?.isEmpty == true { channels[job] = nil }
        }
    }

    func close(_ job: JobID) {
        let closing = channels.withLock { $0.removeValue(forKey: job) ?? [:] }
        for channel in closing.values { channel.close(promise: nil) }
    }

    func closeAll() {
        let jobs = channels.withLock { Array($0.keys) }
        for job in jobs { close(job) }
    }
}
