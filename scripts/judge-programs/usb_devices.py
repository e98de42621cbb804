"""Programs that others wrote, on our models behind real USB.

    usb_devices.py JUDGE...

Each judge switches its device's channels on and off, and reads what it can; a line says how that went: NAME ok, or NAME
and what was wrong. All in one process: on an emulated processor most of the time goes into starting it.
"""

import glob
import importlib.util
import os
import sys
import sysconfig
import time


def place(file, text):
    """The folder in sysfs of the device whose file says that."""
    for path in glob.glob(f"/sys/bus/usb/devices/*/{file}"):
        with open(path) as stream:
            if stream.read().strip() == text:
                return os.path.dirname(path)
    raise LookupError(f"no USB device has {text} in {file}")


def number(folder, file):
    with open(os.path.join(folder, file)) as stream:
        return int(stream.read())


def terminal(serial):
    """The kernel's port of an adapter with that serial number."""
    for path in glob.glob(place("serial", serial) + ":*/ttyUSB*"):
        return "/dev/" + os.path.basename(path)
    raise LookupError(f"{serial} has no port")


def hidapi():
    """Two packages call themselves `hid`, and the wrong one comes first."""
    path = glob.glob(sysconfig.get_paths()["platlib"] + "/hid.cpython*")[0]
    spec = importlib.util.spec_from_file_location("hid", path)
    sys.modules["hid"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def expect(what, found, wanted):
    if found != wanted:
        raise ValueError(f"{what}: {found}, not {wanted}")


def labgrid():
    from labgrid.util.agents.usb_hid_relay import handle_set

    folder = place("idProduct", "2007")
    for state in True, False:
        handle_set(number(folder, "busnum"), number(folder, "devnum"), 2, state)


def pdudaemon():
    hidapi()
    from pdudaemon.drivers.ykush import Ykush, Ykush3, YkushXS

    for kind, serial, port in (Ykush, "LAB-ykush", 2), (YkushXS, "LAB-ykush-xs", 1), (Ykush3, "LAB-ykush-3", 3):
        hub = kind(serial, {"serial": serial})
        for state in "off", "on", "off":
            hub.port_interaction(state, port)


def pyftdi():
    from pyftdi.gpio import GpioAsyncController

    pins = GpioAsyncController()
    pins.configure("ftdi://0x403:0x6001:LAB-ftdi/1", direction=0xFF)
    for value in 0x05, 0x84, 0x00:
        pins.write(value)
        expect("pins", pins.read(), value)
    pins.close()


def easymcp2221():
    hidapi()
    import EasyMCP2221

    chip = EasyMCP2221.Device(usbserial="LAB222")
    chip.set_pin_function(gp0="GPIO_OUT", gp3="GPIO_OUT")
    for first, last in (True, False), (False, True), (False, False):
        chip.GPIO_write(gp0=first, gp3=last)
        found = chip.GPIO_read()
        expect("pins", (found[0], found[3]), (int(first), int(last)))


def jumpstarter():
    from jumpstarter_driver_dutlink.driver import DutlinkPower

    power = DutlinkPower(serial="LAB-dutlink")
    power.on()
    power.off()


def pyserial():
    import serial

    port = serial.Serial()
    port.port = terminal("LAB-serial-lines")
    port.dtr = False
    port.rts = False
    port.open()
    for dtr, rts in (True, False), (False, True), (False, False):
        port.dtr = dtr
        port.rts = rts
        time.sleep(0.2)
    port.close()


for name in sys.argv[1:]:
    try:
        globals()[name]()
        print(f"{name} ok", flush=True)
    except Exception as problem:
        print(f"{name}: {type(problem).__name__}: {problem}", flush=True)
