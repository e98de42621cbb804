import DeviceDrivers
import LabModel
import Logging

/// The devices that the lab's real boards hang on.
struct LabDevices {
    let book: DeviceBook
    private let links: HostLinks
    private let wear: SwitchWearFile
    private let clock: any LabClock
    /// Nobody is left to use lines that a lab of one run held.
    private let endsKeeper: Bool

    /// Opens nothing.
    ///
    /// - Throws: `configuration`, placed where the configuration file has the mistake.
    init(_ configuration: LabdConfiguration, places: StatePlaces, clock: any LabClock, logger: Logger) throws(Failure) {
        self.clock = clock
        endsKeeper = configuration.isEphemeral
        wear = SwitchWearFile(path: places.wear)
        links = try HostLinks(keeperSocket: places.keeper, memory: KeeperFiles(folder: places.keeperMemory))
        do throws(Failure) {
            book = try DeviceBook(configuration.devices, links: links, clock: clock, wear: wear, logger: logger)
        } catch {
            // The device is the place of its failures, and the file is the better one.
            guard let name = error.place, let origin = configuration.deviceOrigins[name] else { throw error }
            var failure = error
            failure.message = "device `\(name)`: \(error.message)"
            failure.place = origin.position(of: error).description
            throw failure
        }
    }

    func boardFactory(consoles: any ConsoleOpening, sockets: String, stagger: Duration) -> RealBoardFactory {
        RealBoardFactory(
            devices: book, consoles: consoles, runtimeFolder: sockets,
            stagger: PowerOnStagger(gap: stagger, clock: clock), clock: clock)
    }

    /// Lets go of the devices. What they switched stays as it is.
    func close() async {
        await book.close()
        wear.save()
        if endsKeeper { links.endKeeper() }
    }
}
