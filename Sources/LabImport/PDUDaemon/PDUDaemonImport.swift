internal import Foundation
public import LabModel

/// Makes devices of pdudaemon's configuration: with our own driver where we have the same hardware, else through the
/// running pdudaemon.
public struct PDUDaemonImport {
    private let pdus: [(name: String, settings: [String: DataValue])]
    private let daemon: [String: DataValue]
    private let source: SourceText
    private let host: String?
    private let goesThroughDaemon: Bool

    /// - Parameters:
    ///   - host: where pdudaemon runs; nil takes what its configuration says.
    ///   - goesThroughDaemon: whether pdudaemon stays in charge of everything.
    /// - Throws: when the text is no configuration of pdudaemon.
    public init(_ source: SourceText, host: String?, goesThroughDaemon: Bool) throws(Diagnostic) {
        let root: DataValue
        do {
            root = try JSONDecoder().decode(DataValue.self, from: Data(source.text.utf8))
        } catch {
            throw source.diagnostic(
                at: 0, "this is not JSON, as pdudaemon's configuration is: \(Self.words(error))",
                suggestion: "`python3 -m json.tool FILE` tells the place")
        }
        guard let pdus = root["pdus"]?.map else {
            throw source.diagnostic(at: 0, "there are no `pdus` in this file", suggestion: "name pdudaemon.conf")
        }
        self.pdus = pdus.sorted { $0.key < $1.key }.map { ($0.key, $0.value.map ?? [:]) }
        daemon = root["daemon"]?.map ?? [:]
        self.source = source
        self.host = host
        self.goesThroughDaemon = goesThroughDaemon
    }

    private static func words(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error else { return "\(error)".prefix(120).description }
        let inner = context.underlyingError.map {
            ($0 as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
        }
        return inner ?? context.debugDescription
    }

    public func result() -> ImportResult {
        var report = ImportReport()
        var devices = DeviceTable()
        for pdu in pdus {
            var item = ImportReport.Item(.device, pdu.name, source: source.path, file: "devices.yaml")
            let native = goesThroughDaemon ? nil : PDUDaemonDevice(pdu.name, pdu.settings)
            let spec = native?.spec ?? through(pdu.name, &item.findings)
            if native == nil, !goesThroughDaemon {
                let driver = pdu.settings["driver"]?.string ?? ""
                item.findings.append(
                    ImportReport.Finding(
                        .approximated, "driver",
                        "labd has no driver of its own for '\(driver)': pdudaemon stays in between, and nothing is read back"
                    ))
            }
            item.findings += (native?.remarks ?? []).map { ImportReport.Finding(.approximated, "driver", $0) }
            item.name = devices.name(of: spec)
            report.items.append(item)
        }
        if devices.devices.contains(where: { $0.spec.driver == "pdudaemon" }), daemon["listener"]?.string != "http" {
            report.notes.append(
                "labd speaks to pdudaemon's HTTP listener: set \"listener\": \"http\" under `daemon` of its configuration"
            )
        }
        let file = devices.file(origin: "Imported from pdudaemon: \(source.path)")
        if file != nil { report.notes.append(DeviceTable.pasteNote) }
        return ImportResult(files: file.map { [$0] } ?? [], report: report)
    }

    private func through(_ pdu: String, _ findings: inout [ImportReport.Finding]) -> SwitchSpec {
        let own = daemon["hostname"]?.string ?? "127.0.0.1"
        // What listens everywhere listens here.
        let address = host ?? (["0.0.0.0", "::", "*", ""].contains(own) ? "127.0.0.1" : own)
        let port = daemon["port"]?.integer.flatMap { Int(exactly: $0) } ?? daemon["port"]?.string.flatMap { Int($0) }
        return PowerCommand.pdudaemon(host: address, port: port, pdu: pdu)
    }
}
