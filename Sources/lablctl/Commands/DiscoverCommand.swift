import ArgumentParser
import LabModel
import LabWire

/// `lablctl discover`.
struct DiscoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover", abstract: "List what is plugged into the lab's host, and which driver fits.",
        discussion: """
            Each device comes with an entry for labd's configuration, ready to paste. A driver that was tried with a \
            model of the device only, and by no program that others wrote, is marked unproven.
            """)

    @Flag(help: "Stay, and tell what is plugged in and what is pulled out.")
    var watch = false

    @Flag(help: "List every driver that there is instead.")
    var drivers = false

    @OptionGroup var server: ServerOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if watch && drivers { throw ValidationError("use one of --watch and --drivers") }
        if watch && output.json { throw ValidationError("--watch has no --json") }
    }

    func run() async throws {
        try await server.withClient { client in
            let stdout = Output.standard()
            let view = DiscoveryView(style: stdout.style)
            if drivers {
                let body = try await client.get("\(LabClient.root)/drivers")
                if output.json { return stdout.json(body) }
                return stdout.lines(view.lines(try client.decode(DriverList.self, from: body)))
            }
            let body = try await client.get("\(LabClient.root)/discovery")
            if output.json { return stdout.json(body) }
            var known = try client.decode(DiscoveryInfo.self, from: body).devices
            stdout.lines(view.lines(known))
            while watch {
                // Events of a device that flaps get lost and merged; looking again does not.
                try await Task.sleep(for: .seconds(1))
                let now = try await client.get("\(LabClient.root)/discovery", as: DiscoveryInfo.self).devices
                stdout.lines(view.changes(from: known, to: now))
                known = now
            }
        }
    }
}
