extension SNMPOutlets {
    /// The families whose objects are known from what their makers or standards publish. Another device is described by
    /// the options of its entry.
    static let all: [SNMPOutlets] = [
        SNMPOutlets(
            name: "apc-ap79xx", title: "APC MasterSwitch and AP79xx", channels: 1...24,
            object: "1.3.6.1.4.1.318.1.1.4.4.2.1.3.{n}", on: 1, off: 2, source: "PowerNet-MIB, sPDUOutletCtl"),
        SNMPOutlets(
            name: "apc-rpdu", title: "APC Switched Rack PDU", channels: 1...48,
            object: "1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.{n}", on: 1, off: 2,
            source: "PowerNet-MIB, rPDUOutletControlOutletCommand"),
        SNMPOutlets(
            name: "apc-rpdu2", title: "APC Rack PDU 2G (AP8xxx)", channels: 1...48,
            object: "1.3.6.1.4.1.318.1.1.26.9.2.4.1.5.{n}", on: 1, off: 2,
            source: "PowerNet-MIB, rPDU2OutletSwitchedControlCommand"),
        SNMPOutlets(
            name: "apc-easy", title: "APC Easy Rack PDU", channels: 1...48,
            object: "1.3.6.1.4.1.318.1.1.30.6.2.1.4.{n}", on: 1, off: 2,
            source: "PowerNet-MIB, ePDUOutletControlCommand"),
        SNMPOutlets(
            name: "apc-cpdu", title: "APC NetShelter Rack PDU Advanced", channels: 1...48,
            object: "1.3.6.1.4.1.318.1.1.32.5.5.1.4.{n}", on: 2, off: 1,
            source: "CPDU-MIB, pduOutletSwitchedControlCommand"),
        SNMPOutlets(
            name: "raritan-px2", title: "Raritan PX2 and PX3", channels: 1...48,
            on: Command(object: "1.3.6.1.4.1.13742.6.4.1.2.1.2.1.{n}", value: 1),
            off: Command(object: "1.3.6.1.4.1.13742.6.4.1.2.1.2.1.{n}", value: 0),
            state: "1.3.6.1.4.1.13742.6.4.1.2.1.3.1.{n}", readsOn: [7], readsOff: [8],
            source: "PDU2-MIB, switchingOperation and outletSwitchingState"),
        // The value is how many seconds to wait. 2 and 3 read as a pending switch.
        SNMPOutlets(
            name: "eaton-epdu", title: "Eaton ePDU G3", channels: 1...48,
            on: Command(object: "1.3.6.1.4.1.534.6.6.7.6.6.1.4.0.{n}", value: 0),
            off: Command(object: "1.3.6.1.4.1.534.6.6.7.6.6.1.3.0.{n}", value: 0),
            state: "1.3.6.1.4.1.534.6.6.7.6.6.1.2.0.{n}", readsOn: [1], readsOff: [0],
            source: "EATON-EPDU-MIB, outletControlOnCmd, outletControlOffCmd and outletControlStatus"),
        // Outlets of the first tower's first feed, which counts up to 8 on many of these.
        SNMPOutlets(
            name: "servertech-sentry3", title: "Server Technology CDU (Sentry 3)", channels: 1...24,
            on: Command(object: "1.3.6.1.4.1.1718.3.2.3.1.11.1.1.{n}", value: 1),
            off: Command(object: "1.3.6.1.4.1.1718.3.2.3.1.11.1.1.{n}", value: 2),
            state: "1.3.6.1.4.1.1718.3.2.3.1.10.1.1.{n}", readsOn: [3, 5], readsOff: [4],
            source: "Sentry3-MIB, outletControlAction and outletControlState; values as labgrid reads them"),
        SNMPOutlets(
            name: "servertech-sentry4", title: "Server Technology PRO1 and PRO2 (Sentry 4)", channels: 1...48,
            on: Command(object: "1.3.6.1.4.1.1718.4.1.8.5.1.2.1.1.{n}", value: 1),
            off: Command(object: "1.3.6.1.4.1.1718.4.1.8.5.1.2.1.1.{n}", value: 2),
            state: "1.3.6.1.4.1.1718.4.1.8.3.1.1.1.1.{n}", readsOn: [1], readsOff: [0],
            source: "Sentry4-MIB, st4OutletControlAction and st4OutletState; values as SONiC's tests read them"),
        // Reading is not sourced.
        SNMPOutlets(
            name: "cyberpower", title: "CyberPower PDU81xxx", channels: 1...24,
            on: Command(object: "1.3.6.1.4.1.3808.1.1.3.3.3.1.1.4.{n}", value: 1),
            off: Command(object: "1.3.6.1.4.1.3808.1.1.3.3.3.1.1.4.{n}", value: 2), state: nil,
            source: "CPS-MIB, ePDUOutletControlOutletCommand, as pdudaemon writes it"),
        // The port's administrative state: the PoE controller may still refuse a device.
        SNMPOutlets(
            name: "poe", title: "PoE switch (RFC 3621)", channels: 1...256,
            object: "1.3.6.1.2.1.105.1.1.1.3.1.{n}", on: 1, off: 2, source: "RFC 3621, pethPsePortAdminEnable"),
    ]
}
