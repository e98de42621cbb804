import ArgumentParser
import LabModel
import LabWire

/// How people name a job: by its number, or as LAVA does by its place in a group, such as `12.1`.
struct JobReference: Hashable, Sendable, ExpressibleByArgument {
    /// The job's number; with a place that of the group, which is the number of its first job.
    var number: Int64
    var place: Int?

    init(number: Int64, place: Int? = nil) {
        self.number = number
        self.place = place
    }

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        // A number with a sign or other decoration is none.
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }),
            let number = Int64(parts[0])
        else { return nil }
        self.number = number
        if parts.count == 2 {
            guard let place = Int(parts[1]) else { return nil }
            self.place = place
        }
    }
}

extension JobReference: CustomStringConvertible {
    var description: String { place.map { "\(number).\($0)" } ?? "\(number)" }
}

extension LabClient {
    /// The number of the job that is meant.
    ///
    /// - Throws: with `notFound` when there is no such job.
    func number(of reference: JobReference) async throws(CommandError) -> Int64 {
        guard let place = reference.place else { return reference.number }
        let first: JobInfo
        do {
            first = try await job(reference.number)
        } catch {
            throw CommandError(error)
        }
        let name = "\(reference.number).\(place)"
        let members = first.group?.jobs ?? []
        if let member = members.first(where: { $0.number == name }) { return member.id }
        let advice: String
        if let group = first.group, let last = members.last {
            advice = "the group has the jobs \(group.id).0 to \(last.number)"
        } else {
            advice = "job \(reference.number) runs alone"
        }
        throw CommandError(.notFound, Failure(.job, "there is no job \(name)", advice: advice))
    }
}
