"""Drives modelled devices with programs that others wrote.

Arguments: NAME=PORT for each model on the loopback. Each client switches channel A on, channel B on, A off and B off,
and reads after each where it can. Writes one line of JSON: per client, what it read, or why it failed.
"""
import json
import sys


def labgrid(name, host_of):
    import importlib

    module = importlib.import_module("labgrid.driver.power." + name)

    def run(port, first):
        host, number = host_of(port)
        reads = []
        for channel, state in ((first, True), (first + 1, True), (first, False), (first + 1, False)):
            module.power_set(host, number, channel, state)
            reads.append(bool(module.power_get(host, number, channel)))
        return reads

    return run


def pdudaemon(module, cls, settings_of, host_of=lambda port: "127.0.0.1", names=None):
    import importlib

    driver_class = getattr(importlib.import_module("pdudaemon.drivers." + module), cls)

    def run(port, first):
        driver = driver_class(host_of(port), settings_of(port))
        for place, command in ((0, "on"), (1, "on"), (0, "off"), (1, "off")):
            driver.port_interaction(command, names[place] if names else first + place)
        return []

    return run


def shellypy(generation):
    import ShellyPy

    def run(port, first):
        device = getattr(ShellyPy, "ShellyGen%d" % generation)("127.0.0.1", port=str(port))
        reads = []
        for channel, state in ((first, True), (first + 1, True), (first, False), (first + 1, False)):
            device.relay(channel, turn=state)
            answer = device.relay(channel)
            reads.append(answer["ison"] if generation == 1 else answer["output"])
        return reads

    return run


def netio(port, first):
    from Netio import Netio

    device = Netio("http://127.0.0.1:%d/netio.json" % port, auth_rw=("netio", "netio"))
    reads = []
    for channel, state in ((first, True), (first + 1, True), (first, False), (first + 1, False)):
        device.set_output(channel, device.ACTION.ON if state else device.ACTION.OFF)
        reads.append(bool(device.get_output(channel).State))
    return reads


def pymodbus(framer):
    def run(port, first):
        from pymodbus import FramerType
        from pymodbus.client import ModbusTcpClient

        client = ModbusTcpClient("127.0.0.1", port=port, framer=getattr(FramerType, framer))
        assert client.connect()
        reads = []
        for channel, state in ((first, True), (first + 1, True), (first, False), (first + 1, False)):
            answer = client.write_coil(channel, state, device_id=1)
            assert not answer.isError(), answer
            answer = client.read_coils(0, count=8, device_id=1)
            assert not answer.isError(), answer
            reads.append(answer.bits[channel])
        # Several at once, and an address that is not there.
        answer = client.write_coils(first, [True, True], device_id=1)
        assert not answer.isError(), answer
        answer = client.write_coils(first, [False, False], device_id=1)
        assert not answer.isError(), answer
        assert client.write_coil(100, True, device_id=1).exception_code == 2
        client.close()
        return reads

    return run


def http(port):
    return "http://127.0.0.1:%d" % port, None


CLIENTS = {
    "shelly1": {
        "labgrid": (lambda: labgrid("shelly_gen1", http), 0),
        "ShellyPy": (lambda: shellypy(1), 0),
    },
    "shelly2": {
        "labgrid": (lambda: labgrid("shelly_gen2", http), 0),
        "ShellyPy": (lambda: shellypy(2), 0),
        "pdudaemon": (
            lambda: pdudaemon("shelly_gen2", "ShellyGen2", lambda port: {}, lambda port: "127.0.0.1:%d" % port), 0),
    },
    "tasmota": {
        "pdudaemon": (
            lambda: pdudaemon(
                "tasmota", "GenericTasmota", lambda port: {"port_count": 2}, lambda port: "127.0.0.1:%d" % port), 1),
    },
    "netio": {
        "Netio": (lambda: netio, 1),
        "pdudaemon": (
            lambda: pdudaemon(
                "netiojson", "NetioJson", lambda port: {"port": port, "username": "netio", "password": "netio"}), 1),
    },
    "gude": {
        "labgrid": (lambda: labgrid("gude8031", lambda port: ("127.0.0.1", port)), 1),
    },
    "esphome": {
        "pdudaemon": (
            lambda: pdudaemon(
                "esphome", "ESPHomeHTTP", lambda port: {"port": port}, names=["relay_1", "relay_2"]), 1),
    },
    "devantech-eth": {
        "pdudaemon": (
            lambda: pdudaemon(
                "devantech", "DevantechETH008", lambda port: {"ip": "127.0.0.1", "port": port}), 1),
    },
    "modbus-tcp": {"pymodbus": (lambda: pymodbus("SOCKET"), 0)},
    "modbus-rtu": {"pymodbus": (lambda: pymodbus("RTU"), 0)},
}

results = {}
for argument in sys.argv[1:]:
    name, port = argument.split("=")
    for client, (make, first) in CLIENTS[name].items():
        try:
            results[name + " " + client] = {"reads": make()(int(port), first)}
        except Exception as error:
            results[name + " " + client] = {"reads": [], "failure": "%s: %s" % (type(error).__name__, error)}
print(json.dumps(results))
