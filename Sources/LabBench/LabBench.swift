import DeviceModels
import Glibc

/// Starts models of devices inside the emulated lab bench (see lab-bench/README.md).
///
/// Arguments are read by hand: under an emulated processor every library that is not loaded saves a second.
@main
enum LabBench {
    static func main() {
        let arguments: BenchArguments
        do throws(BenchArguments.Failure) {
            arguments = try BenchArguments(Array(CommandLine.arguments.dropFirst()))
        } catch {
            end(with: "\(error.description)\n\n\(BenchArguments.usage)", code: 64)
        }
        switch arguments.verb {
        case .models:
            for name in USBModelRegistry.factories.keys.sorted() { print(name) }
        case .tell(let socket, let words): tell(socket, words)
        case .serve(.usb, let models): serve(usb: models, arguments)
        case .serve(.uhid, let models): serve(uhid: models[0], arguments)
        }
    }

    private static func make(_ name: String, _ device: String, serial: String?, _ log: BenchLog) -> any USBDeviceModel {
        let options = USBModelRegistry.Options(serial: serial) { event in log.write(event, of: device) }
        guard let model = USBModelRegistry.model(name, options) else {
            end(with: "there is no model \(name); known are \(USBModelRegistry.factories.keys.sorted())")
        }
        return model
    }

    /// Where what a device sees is told.
    private static func log(_ device: String, _ arguments: BenchArguments) -> BenchLog {
        let path = arguments.events.map { $0.hasSuffix("/") ? "\($0)\(device).json" : $0 }
        guard let log = BenchLog(path: path) else { end(with: "cannot write the events") }
        return log
    }

    private static func serve(usb names: [String], _ arguments: BenchArguments) {
        var wanted: [(model: String, device: String, serial: String?)] = []
        for name in names {
            let words = name.split(separator: "=", maxSplits: 1).map(String.init)
            guard words.count == 2 || names.count == 1 else { end(with: "\(name) wants a serial number behind a =") }
            let own: [String?] = words.count == 2 ? [words[1]] : []
            let serials = own + arguments.serials
            for (number, serial) in (serials.isEmpty ? [nil] : serials).enumerated() {
                wanted.append((words[0], number == 0 ? words[0] : "\(words[0])-\(number + 1)", serial))
            }
        }
        let plugs = wanted.map { one in
            let log = log(one.device, arguments)
            let model = make(one.model, one.device, serial: one.serial, log)
            return USBIPPlug(model: model, name: one.device, log: log, refused: arguments.refused)
        }
        let control = arguments.control.map { path in
            guard let control = BenchControl(path: path, plugs: plugs) else { end(with: "cannot listen at \(path)") }
            return control
        }
        if !arguments.isDetached {
            for plug in plugs {
                do throws(USBIPPlug.Failure) { try plug.plugIn() } catch { end(with: "\(error)") }
            }
        }
        tellReady(arguments)
        if let control { control.run() } else { waitForever() }
    }

    private static func serve(uhid name: String, _ arguments: BenchArguments) {
        let log = log(name, arguments)
        let model = make(name, name, serial: arguments.serials.first, log)
        do throws(UHIDDevice.Failure) {
            let device = try UHIDDevice(model: model, name: name, log: log)
            tellReady(arguments)
            device.run()
        } catch {
            end(with: "\(error)")
        }
    }

    private static func tell(_ path: String, _ words: [String]) {
        guard let socket = UnixSocket.connected(to: path) else { end(with: "nobody listens at \(path)") }
        socket.write(words.joined(separator: " ") + "\n")
        let answer = socket.line() ?? "error: no answer"
        print(answer)
        if answer.hasPrefix("error") { exit(1) }
    }

    private static func tellReady(_ arguments: BenchArguments) {
        guard let path = arguments.ready else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        if file >= 0 { close(file) }
    }

    private static func waitForever() {
        while true { pause() }
    }

    private static func end(with text: String, code: Int32 = 1) -> Never {
        let line = "lab-bench-device: \(text)\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
        exit(code)
    }
}
