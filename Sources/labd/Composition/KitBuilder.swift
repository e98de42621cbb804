import LabModel
import Logging
import Subprocess
import SystemPackage

/// Builds a board kit the first time a board needs it, with the script that `make kit` runs.
struct KitBuilder: Sendable {
    let script: String
    let logger: Logger

    /// Building takes under a minute; a mirror that does not answer must not hold a job for ever.
    private static let outputLimit = 1 << 20

    /// - Throws: `infrastructure` with the script's last words when it fails.
    func build(_ kit: String, _ folder: String) async throws(Failure) {
        logger.notice("building the board kit, once", metadata: ["kit": "\(kit)", "folder": "\(folder)"])
        do {
            var options = PlatformOptions()
            options.processGroupID = 0
            options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
            let result = try await run(
                .name("setpriv"), arguments: ["--pdeathsig", "KILL", "--", script, "--kit", kit, folder],
                platformOptions: options,
                input: .none, output: .discarded, error: .string(limit: Self.outputLimit))
            guard result.terminationStatus.isSuccess else {
                let last = result.standardError.split(separator: "\n").suffix(3).joined(separator: "; ")
                throw Failure(.infrastructure, "the board kit could not be built: \(last)", advice: advice(kit, folder))
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.infrastructure, "the board kit could not be built: \(error)", advice: advice(kit, folder))
        }
    }

    private func advice(_ kit: String, _ folder: String) -> String {
        "run it by hand: \(script) --kit \(kit) \(folder)"
    }
}
