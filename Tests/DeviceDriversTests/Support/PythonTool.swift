import Glibc
import LabModel

@testable import DeviceDrivers

/// A Python interpreter that has programs by others for the same devices, named by `LABD_DEVICE_TOOLS`. They are:
/// `numato-usb-relay`, `pdudaemon` (without its dependencies, but with pyserial, pexpect, paramiko, pyusb, hidapi,
/// aiohttp, requests and pymodbus) and `jumpstarter-driver-noyito-relay`, all from PyPI.
struct PythonTool {
    let path: String

    init?() {
        guard let path = getenv("LABD_DEVICE_TOOLS") else { return nil }
        self.path = String(cString: path)
    }

    /// Runs a few lines of Python to their end.
    ///
    /// - Returns: what they printed.
    func run(_ lines: String, _ arguments: [String]) throws -> String {
        // Nothing of this process may stay open in it: a port that another test closes would stay taken.
        let result = try ProcessLink().run(
            path, ["-c", lines] + arguments, environment: ["LC_ALL": "C.UTF-8"], timeout: .seconds(120))
        guard result.status == 0 else {
            let text = String(decoding: result.output + result.errors, as: UTF8.self)
            throw Failure(.infrastructure, "a tool failed: \(text.suffix(600))")
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}
