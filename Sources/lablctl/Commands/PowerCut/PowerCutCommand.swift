import ArgumentParser

/// `lablctl powercut`: every state that a power cut can leave.
struct PowerCutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "powercut", abstract: "Record updates, explore what power cuts leave of them, look at the states.",
        discussion: """
            A recording is named by the job that made it. A crash state is named by what is on the disk: w54 (the \
            first 54 writes), w106:first3 (and 3 sectors of the next), 'w52-57{53,56}' (a cut after 57 writes; of \
            those that no flush had covered only 53 and 56 arrived), w60/1 (a cut, and another after the first write \
            of the boot that followed). docs/power-cuts.md explains the method.
            """,
        subcommands: [
            PowerCutRecordCommand.self, PowerCutExploreCommand.self, PowerCutBootCommand.self,
            PowerCutReportCommand.self, PowerCutVerifyCommand.self, PowerCutExportCommand.self,
        ])
}

/// The recording that a command is about.
struct RecordingArgument: ParsableArguments {
    @OptionGroup var job: JobArgument

    @Option(
        help: ArgumentHelp(
            "The `power_cut` block's position in the job, from 0; the first that was recorded if not given.",
            valueName: "number"))
    var block: Int?

    func validate() throws {
        if let block, !(0...10_000).contains(block) { throw ValidationError("--block must be from 0 to 10000") }
    }

    /// What the API calls it.
    ///
    /// - Parameter query: further parameters; those without a value are left out.
    /// - Throws: with `notFound` when the job is named by a place in a group that is not there.
    func target(
        _ path: String, _ query: [(name: String, value: String?)] = [], client: LabClient
    ) async throws(CommandError) -> String {
        target(of: try await job.id(client), path, query)
    }

    /// The same for a job whose own number is known.
    func target(of id: Int64, _ path: String, _ query: [(name: String, value: String?)] = []) -> String {
        let all = [("block", block.map(String.init))] + query.map { ($0.name, $0.value) }
        let given = all.compactMap { name, value in value.map { "\(name)=\(Endpoint.percentEncoded($0))" } }
        return "\(LabClient.root)/jobs/\(id)/\(path)" + (given.isEmpty ? "" : "?" + given.joined(separator: "&"))
    }
}
