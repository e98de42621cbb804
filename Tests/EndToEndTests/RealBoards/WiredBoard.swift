import CSerial
import DeviceModels
import Foundation
import LabModel
import Synchronization

/// A board behind a modelled Modbus relay and a terminal: it boots while the first coil is on, and goes on talking.
final class WiredBoard: Sendable {
    let relay: ModbusTCPModel
    let server: ModelServer
    /// The terminal that the lab opens.
    let terminal: String
    private let master: Int32
    private let slave: Int32
    private let isOver = Mutex(false)
    /// How often it has booted.
    private let boots = Mutex(0)

    init() throws {
        relay = ModbusTCPModel()
        server = try ModelServer(relay)
        var path = [CChar](repeating: 0, count: 64)
        var slave: Int32 = -1
        master = cserial_pty_open(&path, path.count, &slave)
        self.slave = slave
        terminal = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard master >= 0 else { throw DaemonError(text: "no pseudo-terminal") }
        let thread = Thread { [weak self] in
            while self?.live() == true { usleep(2000) }
        }
        thread.start()
    }

    deinit {
        server.stop()
        close(slave)
        close(master)
    }

    func end() { isOver.withLock { $0 = true } }

    var bootCount: Int { boots.withLock { $0 } }

    private let wasOn = Mutex(false)
    private let beats = Mutex(0)

    private func live() -> Bool {
        if isOver.withLock({ $0 }) { return false }
        let isOn = relay.contacts.truth[0] == true
        let began = wasOn.withLock { wasOn in
            defer { wasOn = isOn }
            return isOn && !wasOn
        }
        if began {
            boots.withLock { $0 += 1 }
            say("U-Boot 2026.01\r\nLinux version 6.12\r\nboard login: ")
        } else if isOn,
            beats.withLock({ beats in
                beats += 1
                return beats % 10 == 0
            })
        {
            say(".")
        }
        return true
    }

    private func say(_ text: String) { _ = text.withCString { write(master, $0, strlen($0)) } }

    var configuration: String {
        """
        devices:
          - {name: relays, driver: modbus-tcp, host: 127.0.0.1, port: \(server.port)}
        boards:
          - name: wired
            type: qemu
            driver: lab
            options:
              power: {device: relays, channel: 0, verify: {retries: 1, silence: 1s}}
              lines:
                reset: {device: relays, channel: 1, press: 50ms}
              console: {device: \(terminal)}
        """
    }
}
