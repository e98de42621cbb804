import ArgumentParser
import JobDSL
import LabModel
import LabWire

extension DeviceTypeCommand {
    /// `lablctl device-type show NAME`.
    struct ShowCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show a device type with all layers resolved.")

        @Argument(help: "The device type's name.")
        var name: String

        @Option(
            name: .long,
            help: ArgumentHelp(
                "Tell which layer set this value, such as bootloaders.u-boot.prompt.", valueName: "key"))
        var explain: String?

        @OptionGroup var source: DeviceTypeSourceOptions
        @OptionGroup var server: ServerOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if let explain, explain.trimmedOfWhitespace.isEmpty { throw ValidationError("--explain needs a key") }
        }

        func run() async throws {
            if let explain {
                show(try await explanation(of: explain)) { $0.explanation($1) }
            } else {
                show(try await details()) { $0.details($1) }
            }
        }

        private func show<Value: Encodable>(_ value: Value, _ lines: (DeviceTypeView, Value) -> [String]) {
            let stdout = Output.standard()
            if output.json {
                if let body = JobFollower.encoded(value) { stdout.json(body) }
            } else {
                stdout.lines(lines(DeviceTypeView(style: stdout.style), value))
            }
        }

        private var path: String { "\(LabClient.root)/device-types/\(Endpoint.percentEncoded(name))" }

        private func details() async throws -> DeviceTypeInfo {
            if source.readsFiles {
                let catalog = try source.folders.catalog()
                return try DeviceTypeAnswer.of { () throws(Failure) in
                    DeviceTypeInfo(try catalog.profile(of: DeviceTypeName(rawValue: name)))
                }
            }
            return try await server.withClient { client in
                try client.decode(DeviceTypeInfo.self, from: try await client.get(path))
            }
        }

        private func explanation(of key: String) async throws -> LabWire.Explanation {
            if source.readsFiles {
                let catalog = try source.folders.catalog()
                return try DeviceTypeAnswer.of { () throws(Failure) in
                    let found = try catalog.explain(DeviceTypeName(rawValue: name), key: key)
                    return LabWire.Explanation(
                        key: found.key, value: found.value,
                        layers: found.layers.map {
                            .init(layer: $0.layer, file: $0.file, line: $0.line, value: $0.value, wins: $0.wins)
                        })
                }
            }
            return try await server.withClient { client in
                try client.decode(
                    LabWire.Explanation.self,
                    from: try await client.get("\(path)?explain=\(Endpoint.percentEncoded(key))"))
            }
        }
    }
}

/// What reading device types here comes to, in the same exit codes as asking labd.
enum DeviceTypeAnswer {
    static func of<Value>(_ body: () throws(Failure) -> Value) throws(CommandError) -> Value {
        do throws(Failure) {
            return try body()
        } catch {
            // Without a place it is a name that is not there.
            throw CommandError(error.place == nil ? .notFound : .configuration, error)
        }
    }
}
