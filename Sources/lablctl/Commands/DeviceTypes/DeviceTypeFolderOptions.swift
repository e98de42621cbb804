import ArgumentParser
import JobDSL
import LabModel

/// Which files device types are read from.
struct DeviceTypeFolderOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Also read the device types of this folder; they win over the shipped ones. Can be given again.",
            valueName: "folder"))
    var types: [String] = []

    /// The shipped types, and over them those of the folders named here.
    ///
    /// - Parameter variables: for all types that have them.
    /// - Throws: with `notFound` when a folder is not there, or the shipped types are not.
    func catalog(variables: [String: DataValue] = [:]) throws(CommandError) -> DeviceTypeCatalog {
        DeviceTypeCatalog(folders: try folders(), lab: variables)
    }

    private func folders() throws(CommandError) -> [String] {
        for folder in types where !HostFiles.exists(folder) {
            throw CommandError(.notFound, Failure(.configuration, "there is no folder '\(folder)'"))
        }
        let shared = SharedFiles.find(
            environment: HostEnvironment.variables, executable: (HostFiles.programFolder() ?? "") + "/lablctl")
        guard let shared else {
            throw CommandError(
                .notFound,
                Failure(
                    .configuration, "the shipped device types were not found",
                    advice: "set LABD_SHARE to the folder that holds device-types"))
        }
        return [shared.deviceTypes] + types
    }
}

/// Whether labd is asked, or the files are read.
struct DeviceTypeSourceOptions: ParsableArguments {
    @OptionGroup var folders: DeviceTypeFolderOptions

    @Flag(name: .long, help: "Read the shipped device types, without a labd.")
    var offline = false

    var readsFiles: Bool { offline || !folders.types.isEmpty }
}

/// Values for variables of a device type.
struct VariableOptions: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Give a variable a value, as a board would. Can be given again.", valueName: "name=value"))
    var assignments: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("A YAML or JSON file with a mapping of variables.", valueName: "file"))
    var variables: String?

    func validate() throws {
        for assignment in assignments where assignment.prefix(while: { $0 != "=" }).count == assignment.count {
            throw ValidationError("--set needs NAME=VALUE, not '\(assignment)'")
        }
    }

    /// - Throws: with `notFound` for a file that cannot be read, with `usage` for one that is no mapping.
    func values() throws(CommandError) -> [String: DataValue] {
        var values: [String: DataValue] = [:]
        if let variables {
            guard case .map(let members) = try Self.read(HostFiles.readJob(variables), file: variables) else {
                throw CommandError(.usage, Failure(.configuration, "'\(variables)' is not a mapping of variables"))
            }
            values = members
        }
        for assignment in assignments {
            let name = assignment.prefix { $0 != "=" }
            let text = assignment.dropFirst(name.count + 1)
            values[String(name)] = try Self.read(String(text), file: "--set \(name)")
        }
        return values
    }

    private static func read(_ text: String, file: String) throws(CommandError) -> DataValue {
        do throws(Diagnostic) {
            return DataValue(try YAMLText.read(text, file: file))
        } catch {
            throw CommandError(.usage, Failure(.configuration, error.description))
        }
    }
}
