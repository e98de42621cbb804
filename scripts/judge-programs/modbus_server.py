"""Serves coils with pymodbus: arguments PORT and SOCKET or RTU. Says `ready` once it listens."""
import asyncio
import sys

from pymodbus import FramerType
from pymodbus.datastore import ModbusDeviceContext, ModbusSequentialDataBlock, ModbusServerContext
from pymodbus.server import ModbusTcpServer


async def serve():
    device = ModbusDeviceContext(co=ModbusSequentialDataBlock(1, [False] * 16))
    server = ModbusTcpServer(
        ModbusServerContext(devices={1: device}, single=False), framer=getattr(FramerType, sys.argv[2]),
        address=("127.0.0.1", int(sys.argv[1])))
    await server.serve_forever(background=True)
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(serve())
