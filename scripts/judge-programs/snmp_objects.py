"""Writable integers for net-snmp's agent, by its protocol `pass_persist`. Arguments: how many outlets there are, then
base objects; all outlets begin with 2."""
import sys

count = int(sys.argv[1])
values = {"%s.%d" % (base, outlet): 2 for base in sys.argv[2:] for outlet in range(1, count + 1)}


def line():
    text = sys.stdin.readline()
    if not text:
        sys.exit(0)
    return text.strip()


while True:
    command = line()
    if command == "PING":
        print("PONG", flush=True)
    elif command == "get":
        name = line()
        print("%s\ninteger\n%d" % (name, values[name]) if name in values else "NONE", flush=True)
    elif command == "set":
        name, value = line(), line().split()
        if name not in values:
            print("not-writable", flush=True)
        elif value[0] != "integer":
            print("wrong-type", flush=True)
        elif value[1] not in ("1", "2"):
            print("wrong-value", flush=True)
        else:
            values[name] = int(value[1])
            print("DONE", flush=True)
    elif command == "getnext":
        line()
        print("NONE", flush=True)
    # The agent sends an empty line after each `set`.
