#!/usr/bin/env python3
"""Holds our device types against LAVA's own templates, and against the table of the boards that these do not have.

    compare.py --templates FOLDER --export COMMAND [--explain TYPE]

FOLDER has LAVA's *.jinja2 files. COMMAND is a program with its arguments that prints our types as JSON; `--variables
FILE` is put behind it. Every difference needs a rule with a reason in differences.yaml, and every rule a difference.
"""

import argparse
import csv
import fnmatch
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import jinja2
import jinja2.sandbox
import yaml

# The same loader in C, where there is one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
HERE = pathlib.Path(__file__).resolve().parent

# What device dictionaries and jobs set, one after the other. The first is what templates say by themselves.
VARIATIONS = {
    "as it is": {},
    "console": {
        "console_device": "ttyJUDGE3",
        "baud_rate": "57600",
        "extra_kernel_args": "quiet judge=1",
        "kernel_start_message": "Booting the judge",
        "boot_character_delay": 42,
        "test_character_delay": 43,
    },
    "prompts": {
        "bootloader_prompt": "judge>",
        "interrupt_prompt": "Stop the judge",
        "interrupt_char": "j",
        "uboot_needs_interrupt": False,
        "uboot_extra_error_message": "the judge is asleep",
        "uboot_altbank": True,
        "start_message": "The judge starts",
        "net_interface": "efinet7",
        "boot_interface": "net7",
    },
    "addresses": {
        f"boot{kind}_{image}_addr": f"0x{number}{index}00000"
        for number, kind in enumerate("imz", 1)
        for index, image in enumerate(["kernel", "ramdisk", "dtb"], 1)
    },
    "network": {
        "static_ip": "192.0.2.7",
        "static_gateway": "192.0.2.1",
        "static_netmask": "255.255.255.0",
        "static_dns": "192.0.2.2",
        "uboot_set_mac": True,
        "uboot_mac_addr": "02:00:00:00:00:07",
        "uboot_needs_usb": True,
        "base_high_limits": False,
        "extra_nfsroot_args": ",judge",
    },
    "flashing": {
        "fastboot_serial_number": "judge1",
        "adb_serial_number": "judge2",
        "fastboot_options": ["-S", "9M"],
        "fastboot_deploy_uboot_commands": ["fastboot 7"],
        "deploy_dfu_commands": ["dfu 7 mmc 7"],
        "uuu_usb_otg_path": "7:7",
        "bcu_board_name": "judge",
        "ums_command": "ums 7 mmc 7",
        "uboot_ums_flash": True,
        "usb_device_id": 7,
        "board_id": "judge3",
        "usb_mass_device": "/dev/judge",
        "action_timeout_bootloader_interrupt": 77,
        "action_timeout_auto_login": 7,
    },
}

# Behind the paths of command sets.
WITH_TEE = " with a TEE"

BOOTLOADERS = ["u-boot", "barebox", "grub", "grub-efi", "ipxe", "depthcharge", "uefi"]
PROBES = ["jlink", "pyocd", "openocd", "cmsis-dap", "gdb"]


def normal(value):
    """Runs of white space are equal, and so are a number and its text."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [normal(element) for element in value]
    if isinstance(value, dict):
        return {str(key): normal(element) for key, element in value.items()}
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split()) if str(value).strip() else str(value)
    return re.sub(r" '$", "'", text.replace("setenv bootargs ' ", "setenv bootargs '"))


# LAVA's side


class Templates:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.environment = jinja2.sandbox.SandboxedEnvironment(
            autoescape=False, trim_blocks=True, loader=jinja2.FileSystemLoader(str(folder))
        )

    def names(self):
        files = sorted(file.stem for file in self.folder.glob("*.jinja2"))
        return [name for name in files if not name.startswith("base") and not name.endswith("-common")]

    def parent(self, name):
        text = (self.folder / f"{name}.jinja2").read_text()
        found = re.search(r"{%-? *extends *[\"']([^\"']+)\.jinja2", text)
        return found.group(1) if found else None

    def family(self, name):
        """The nearest of LAVA's base files."""
        while name and not name.startswith("base"):
            name = self.parent(name)
        return name

    def render(self, name, variables):
        """The device as data; None when what comes out is not YAML."""
        text = self.environment.get_template(f"{name}.jinja2").render(**variables)
        try:
            return yaml.load(text, Loader=LOADER)
        except yaml.YAMLError:
            return None


def typed(lines):
    """The lines that a job with kernel, ramdisk, device tree and root over NFS gets to see."""
    return [line for line in normal(lines) if "{TEE}" not in line and line]


def add_lines(facts, path, lines):
    """A command set, and the same for jobs that bring a TEE where that makes a difference."""
    facts[path] = typed(lines)
    whole = [line for line in normal(lines) if line]
    if whole != facts[path]:
        facts[path + WITH_TEE] = whole


def lava_facts(device):
    """The facts of a rendered template by the paths of our own."""
    facts = {}
    constants = device.get("constants") or {}
    actions = device.get("actions") or {}
    deploy = actions.get("deploy") or {}
    deploy_methods = deploy.get("methods") or {}
    boot = (actions.get("boot") or {}).get("methods") or {}
    parameters = device.get("parameters") or {}

    for key, value in (device.get("character_delays") or {}).items():
        facts[f"character_delays.{key}"] = value
    for ours, theirs in [("kernel_start_message", "kernel-start-message"), ("shutdown_message", "shutdown-message")]:
        if theirs in constants:
            facts[f"constants.{ours}"] = constants[theirs]
    for key in ["failure_retry", "boot_retry"]:
        if constants.get(key) not in (None, 1):
            facts[f"constants.{key}"] = constants[key]
    posix = constants.get("posix") or {}
    facts["constants.test_shell"] = posix.get("lava_test_sh_cmd")
    facts["constants.results_directory"] = posix.get("lava_test_results_dir")

    images = deploy.get("parameters") or {}
    for ours, theirs in [
        ("architecture", "mkimage_arch"),
        ("appends_device_tree", "append_dtb"),
        ("execute_in_place", "use_xip"),
        ("ramdisk_format", "add_header"),
    ]:
        if theirs in images:
            facts[f"images.{ours}"] = images[theirs]
    if "text_offset" in parameters:
        facts["images.kernel_load_address"] = parameters["text_offset"]
    if "load_address" in parameters:
        facts["images.fit_load_address"] = parameters["load_address"]
    for command in ["booti", "bootm", "bootz"]:
        for ours, theirs in [("kernel", "kernel"), ("ramdisk", "ramdisk"), ("device_tree", "dtb"), ("tee", "tee")]:
            if theirs in (parameters.get(command) or {}):
                facts[f"load_addresses.{command}.{ours}"] = parameters[command][theirs]

    for name in BOOTLOADERS:
        method = boot.get(name)
        if not isinstance(method, dict):
            continue
        bootloader_facts(facts, name, method, constants.get(name) or {})
    menu = boot.get("uefi-menu")
    if isinstance(menu, dict):
        menu_facts(facts, menu)
    if isinstance(boot.get("uefi"), dict) and "shell" in boot["uefi"]:
        facts["bootloaders.uefi-menu.menus.shell"] = boot["uefi"]["shell"]

    for key in ["timeouts", "connection_timeouts"]:
        table = (device.get("timeouts") or {}).get("connections" if key == "connection_timeouts" else "actions") or {}
        for action, time in table.items():
            seconds = sum(number(time.get(unit)) * factor for unit, factor in [("minutes", 60), ("seconds", 1)])
            facts[f"{key}.{action}"] = seconds

    tool_facts(facts, device, deploy_methods, boot)
    return {key: normal(value) for key, value in facts.items() if value is not None}


def number(text):
    return int(float(text)) if text is not None else 0


def bootloader_facts(facts, name, method, constants):
    path = f"bootloaders.{name}"
    parameters = method.get("parameters") or {}
    installed = (method.get("installed") or {}).get("parameters") or {}

    def either(*keys):
        for key in keys:
            for place in (parameters, installed, constants):
                if place.get(key) is not None:
                    return place[key]
        return None

    facts[f"{path}.prompt"] = parameters.get("bootloader_prompt")
    if name == "depthcharge":
        facts[f"{path}.start_message"] = parameters.get("start_message")
    elif name == "uefi":
        facts[f"{path}.interrupt_prompt"] = parameters.get("shell_interrupt_prompt")
        facts[f"{path}.interrupt_character"] = parameters.get("shell_interrupt_string")
    else:
        facts[f"{path}.interrupt_prompt"] = either("interrupt_prompt", "interrupt-prompt")
        facts[f"{path}.interrupt_character"] = either(
            "interrupt_char", "interrupt_character", "interrupt_string", "interrupt-character"
        )
        facts[f"{path}.interrupt_newline"] = constants.get("interrupt-newline")
        facts[f"{path}.interrupt_controls"] = constants.get("interrupt_ctrl_list")
        if constants.get("interrupt_ctrl_list"):
            # They are typed instead.
            del facts[f"{path}.interrupt_character"]
        facts[f"{path}.needs_interrupt"] = parameters.get("needs_interrupt", True)
    facts[f"{path}.final_message"] = constants.get("final-message")
    messages = constants.get("error-messages")
    facts[f"{path}.error_messages"] = messages and list(dict.fromkeys(messages))
    if name == "u-boot":
        facts[f"{path}.alternate_bank"] = parameters.get("uboot_altbank")
        facts[f"{path}.alternate_bank_command"] = parameters.get("uboot_altbank_cmd")
        facts[f"{path}.mass_storage"] = parameters.get("uboot_ums_flash")
    for set_name, value in method.items():
        if isinstance(value, dict) and value.get("commands") is not None:
            add_lines(facts, f"{path}.command_sets.{set_name}", value["commands"])
        if isinstance(value, dict) and "cmdline" in value:
            facts[f"{path}.command_lines.{set_name}"] = value["cmdline"]


def menu_facts(facts, method):
    path = "bootloaders.uefi-menu"
    parameters = method.get("parameters") or {}
    for ours, theirs in [
        ("prompt", "bootloader_prompt"),
        ("interrupt_prompt", "interrupt_prompt"),
        ("interrupt_character", "interrupt_string"),
        ("item_markup", "item_markup"),
        ("item_class", "item_class"),
        ("separator", "separator"),
        ("label_class", "label_class"),
        ("boot_message", "boot_message"),
    ]:
        facts[f"{path}.{ours}"] = parameters.get(theirs)
    for name, steps in method.items():
        if isinstance(steps, list):
            facts[f"{path}.menus.{name}"] = steps


def tool_facts(facts, device, deploy, boot):
    if "fastboot" in boot or "fastboot" in deploy:
        facts["fastboot.serial_number"] = device.get("fastboot_serial_number")
        facts["fastboot.options"] = device.get("fastboot_options")
        facts["adb.serial_number"] = device.get("adb_serial_number")
        facts["fastboot.sequence"] = boot.get("fastboot")
        facts["fastboot.flash_order"] = device.get("flash_cmds_order")
        facts["fastboot.through_u_boot"] = device.get("fastboot_via_uboot")
        uboot = ((deploy.get("u-boot") or {}).get("parameters") or {}).get("fastboot") or {}
        facts["fastboot.enter_commands"] = uboot.get("commands")
    dfu = boot.get("dfu")
    if isinstance(dfu, dict):
        parameters = dfu.get("parameters") or {}
        facts["dfu.implementation"] = dfu.get("implementation", "hardware")
        facts["dfu.reset_works"] = dfu.get("reset_works")
        facts["dfu.command"] = parameters.get("command")
        if "enter-commands" in parameters:
            facts["dfu.enter_commands"] = parameters["enter-commands"] or []
    uuu = (boot.get("uuu") or {}).get("options")
    if uuu:
        for key, value in uuu.items():
            if value not in (None, "", "None") and key != "has_bcu_commands":
                facts[f"uuu.{key}"] = value
    for ours, theirs in [
        ("vendor_id", "usb_vendor_id"),
        ("product_id", "usb_product_id"),
        ("board_id", "board_id"),
        ("sleep", "usb_sleep"),
        ("filesystem_label", "usb_filesystem_label"),
    ]:
        if device.get(theirs) not in (None, ""):
            facts[f"usb.{ours}"] = device[theirs]
    for name in PROBES:
        probe_facts(facts, name, boot.get(name))
    for name in ["musca", "mps", "vemsd"]:
        method = deploy.get(name)
        if isinstance(method, dict):
            for key, value in (method.get("parameters") or method).items():
                if value not in (None, ""):
                    facts[f"{name}.parameters.{key.replace('-', '_')}"] = value


def probe_facts(facts, name, method):
    if not isinstance(method, dict):
        return
    parameters = dict(method.get("parameters") or {})
    facts[f"{name}.command"] = parameters.pop("command", None)
    facts[f"{name}.usb_mass_device"] = parameters.pop("usb_mass_device", None)
    address = parameters.pop("address", None)
    if address is not None:
        facts[f"{name}.load_address"] = f"0x{int(str(address), 0):08x}"
    options = parameters.pop("options", None)
    if isinstance(options, dict):
        for ours, theirs in [("files", "file"), ("search", "search"), ("commands", "command"), ("debug", "debug")]:
            value = options.get(theirs)
            facts[f"{name}.parameters.{ours}"] = [v for v in value if v] if isinstance(value, list) else value
        facts[f"{name}.parameters.board_selection_command"] = method.get("board_selection_cmd")
    else:
        facts[f"{name}.options"] = options
    for key, value in parameters.items():
        facts[f"{name}.parameters.{key}"] = value
    server = method.get("openocd")
    if isinstance(server, dict):
        facts[f"{name}.arguments"] = server.get("arguments")
        facts[f"{name}.enter_commands"] = server.get("commands")


# Our side


def our_facts(profile):
    """The same paths for a profile of ours, with the names of the files instead of those of the API."""
    facts = {}

    def walk(value, path):
        if isinstance(value, dict) and not leaf(path):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}" if path else key)
        elif value is not None:
            facts[path] = normal(value)

    def leaf(path):
        return path.startswith("emulator")

    walk(snake(profile), "")
    # The profile has one word for what boot loaders say first, and a verb where the file has a noun.
    facts["images.execute_in_place"] = facts.get("images.executes_in_place")
    facts["bootloaders.depthcharge.start_message"] = facts.get("bootloaders.depthcharge.interrupt_prompt")
    for path in list(facts):
        if ".command_sets." in path:
            add_lines(facts, path, facts[path])
    return facts


def snake(value, inside=None):
    """camelCase keys of the profile become those of the files; what a type's writer names keeps its name."""
    free = {"command_sets", "command_lines", "timeouts", "connection_timeouts", "menus", "parameters", "environment"}
    if not isinstance(value, dict):
        return value
    result = {}
    for key, inner in value.items():
        name = key if inside in free else re.sub(r"(?<=[a-z])([A-Z])", lambda found: "_" + found.group(1).lower(), key)
        result[name] = snake(inner, name)
    if inside is None and "tools" in result:
        tools = result.pop("tools")
        for name in ["uefi-menu", "u-boot"]:
            if name in tools:
                result.setdefault("bootloaders", {}).setdefault(name, {}).update(tools.pop(name))
        result.update(tools)
    delays = result.get("character_delays")
    if inside is None and delays:
        result["character_delays"] = {key: round(seconds * 1000) for key, seconds in delays.items()}
    return result


class Ours:
    def __init__(self, command):
        self.command = shlex.split(command)

    def export(self, variables):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(variables, file)
            file.flush()
            run = subprocess.run(
                [*self.command, "--variables", file.name], stdout=subprocess.PIPE, check=False, text=True
            )
        if run.returncode != 0:
            sys.exit(f"compare: our types cannot be read ({shlex.join(self.command)} ended with {run.returncode})")
        return {name: our_facts(profile) for name, profile in json.loads(run.stdout).items()}


# The table of boards that the package does not have


def row_facts(row):
    """What a row says, by our paths. An empty cell says nothing."""
    facts = {}
    family = row["family"].removeprefix("base-")
    loader = {"uboot": "u-boot", "barebox": "barebox", "depthcharge": "depthcharge", "grub": "grub"}.get(family)
    if row["mkimage_arch"]:
        facts["images.architecture"] = row["mkimage_arch"]
    if row["append_dtb"]:
        facts["images.appends_device_tree"] = row["append_dtb"] == "yes"
    if row["add_header"]:
        facts["images.ramdisk_format"] = row["add_header"]
    for command in ["booti", "bootm", "bootz"]:
        if row[command]:
            for image, address in zip(["kernel", "ramdisk", "device_tree"], row[command].split("/")):
                facts[f"load_addresses.{command}.{image}"] = address
    for phase in ["boot", "test"]:
        if row[f"char_delay_{phase}_ms"]:
            facts[f"character_delays.{phase}"] = int(row[f"char_delay_{phase}_ms"])
    if loader in ("u-boot", "barebox") and row["prompt"]:
        facts[f"bootloaders.{loader}.prompt"] = row["prompt"]
        facts[f"bootloaders.{loader}.interrupt_prompt"] = row["interrupt_prompt"]
    if row["needs_interrupt"]:
        facts["bootloaders.u-boot.needs_interrupt"] = row["needs_interrupt"] == "True"
    if row["interrupt_ctrl"]:
        facts["bootloaders.u-boot.interrupt_controls"] = row["interrupt_ctrl"].split()
    if row["interrupt_char"]:
        facts["bootloaders.u-boot.interrupt_character"] = row["interrupt_char"]
    if row["depthcharge_prompt"]:
        facts["bootloaders.depthcharge.prompt"] = row["depthcharge_prompt"]
        facts["bootloaders.depthcharge.start_message"] = row["depthcharge_start"]
    if row["fastboot_sequence"]:
        facts["fastboot.sequence"] = row["fastboot_sequence"].split()
    if row["fastboot_options"]:
        facts["fastboot.options"] = row["fastboot_options"].split()
    for pair in filter(None, row["usb_ids"].split(",")):
        name, value = pair.split("=")
        value = value.strip("'\"")
        if name != "board_id" or value.strip("0"):
            facts[f"usb.{name.removeprefix('usb_')}"] = value
    return {path: normal(value) for path, value in facts.items()}


def row_lines(row):
    """Texts that have to be in the typed lines, and the line of the kernel's arguments."""
    lines = []
    loader = "barebox" if row["family"] == "base-barebox" else "u-boot"
    if row["extra_bootloader_commands"]:
        lines += [normal(line) for line in row["extra_bootloader_commands"].split(" ; ")]
    if row["high_limits"] == "yes":
        lines += ["setenv initrd_high"]
    if row["ramdisk_bootargs"]:
        lines += [f"setenv bootargs '{normal(row['ramdisk_bootargs'])}"]
    return loader, lines


# The comparison


class Comparison:
    def __init__(self, rules):
        self.rules = rules
        self.hits = {index: [] for index in range(len(rules))}
        self.unexplained = []
        self.table = {}

    def count(self, family, agreed):
        row = self.table.setdefault(family, {"types": set(), "facts": 0, "agreed": 0})
        row["facts"] += 1
        row["agreed"] += agreed
        return row

    def look(self, family, name, variation, path, theirs, ours):
        if path.endswith(".error_messages") and isinstance(ours, list):
            # Each of LAVA's has to be there; what we have besides is a fact of its own.
            more = [message for message in ours if message not in theirs]
            self.compare(family, name, variation, f"{path}.more", [], more)
            ours = [message for message in ours if message in theirs]
        self.compare(family, name, variation, path, theirs, ours)

    def compare(self, family, name, variation, path, theirs, ours):
        agreed = theirs == ours
        self.count(family, agreed)["types"].add(name)
        if agreed:
            return
        difference = (name, variation, path, theirs, ours)
        found = self.explain(*difference)
        for index in found:
            self.hits[index].append(difference)
        if not found:
            self.unexplained.append(difference)

    def explain(self, name, variation, path, theirs, ours):
        """The rules that together turn LAVA's value into ours, or the one that takes the difference as it is."""
        mended, used = shown(theirs), []
        matching = [index for index, rule in enumerate(self.rules) if self.matches(rule, name, variation, path)]
        for index in matching:
            before = mended
            for pattern, text in self.rules[index].get("mend", {}).items():
                mended = re.sub(pattern, text, mended, flags=re.MULTILINE)
            if mended != before:
                used.append(index)
        if used and mended.splitlines() == shown(ours).splitlines():
            return used
        for index in matching:
            rule = self.rules[index]
            if "mend" not in rule and says(rule, "lava", theirs) and says(rule, "ours", ours):
                return [index]
        return []

    @staticmethod
    def matches(rule, name, variation, path):
        def fits(key, text):
            patterns = rule.get(key, "*")
            return any(
                fnmatch.fnmatchcase(text, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns)
            )

        return fits("type", name) and fits("fact", path) and fits("with", variation)


def says(rule, key, value):
    return key not in rule or re.search(rule[key], shown(value), re.MULTILINE) is not None


def shown(value):
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        return "\n".join(value)
    return "nothing" if value is None else json.dumps(value) if not isinstance(value, str) else value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--templates", required=True)
    parser.add_argument("--export", required=True)
    parser.add_argument("--explain", help="print every difference of one type")
    options = parser.parse_args()

    book = yaml.safe_load((HERE / "differences.yaml").read_text())
    comparison = Comparison(book["rules"])
    templates = Templates(options.templates)
    ours = Ours(options.export)
    left_out = book["left out"]
    problems = []

    for variation, variables in VARIATIONS.items():
        exported = ours.export(variables)
        for name in templates.names():
            if name in left_out:
                continue
            if name not in exported:
                problems.append(f"{name}: LAVA has this type, and we have not")
                continue
            family = templates.family(name)
            device = templates.render(name, variables)
            if device is None:
                comparison.look(family, name, variation, "rendering", "no valid YAML", "a device type")
                continue
            has_tee = any(path.endswith(".tee") for path in exported[name])
            for path, theirs in lava_facts(device).items():
                if path.endswith(WITH_TEE) and not has_tee:
                    continue
                comparison.look(family, name, variation, path, theirs, exported[name].get(path))
        if not variables:
            compare_table(comparison, exported, set(templates.names()), problems)
    for name in left_out:
        if name in exported:
            problems.append(f"{name}: is here after all, and differences.yaml says why it is not")

    return report(comparison, left_out, problems, options.explain)


def compare_table(comparison, exported, known, problems):
    with open(HERE / "boards.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        name = row["board"]
        if name not in exported:
            problems.append(f"{name}: the table has this board, and we have not")
            continue
        if name in known:
            continue
        family = f"{row['family'] or 'base'} (table)"
        for path, theirs in row_facts(row).items():
            comparison.look(family, name, "as it is", path, theirs, exported[name].get(path))
        loader, wanted = row_lines(row)
        path = f"bootloaders.{loader}.command_sets.ramdisk"
        lines = exported[name].get(path, [])
        for text in wanted:
            found = next((line for line in lines if text in line), None)
            comparison.look(family, name, "as it is", path, text, text if found else lines)


def report(comparison, left_out, problems, explain):
    print(f"{'family':<28} {'types':>5} {'facts':>7} {'agree':>7} {'differ':>7}")
    total = [set(), 0, 0]
    for family, row in sorted(comparison.table.items()):
        print(
            f"{family:<28} {len(row['types']):>5} {row['facts']:>7} {row['agreed']:>7} {row['facts'] - row['agreed']:>7}"
        )
        total = [total[0] | row["types"], total[1] + row["facts"], total[2] + row["agreed"]]
    print(f"{'all':<28} {len(total[0]):>5} {total[1]:>7} {total[2]:>7} {total[1] - total[2]:>7}")

    print("\nDifferences, each with its reason:")
    for index, rule in enumerate(comparison.rules):
        hits = comparison.hits[index]
        if not hits:
            problems.append(f"the rule `{rule['reason'][:70]}…` explains nothing any more")
            continue
        names = sorted({hit[0] for hit in hits})
        some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        print(f"\n{len(hits):>6} facts of {some}\n       {rule['reason'].strip()}")
        name, variation, path, theirs, ours = hits[0]
        print(f"       such as {name} {path}: {excerpt(theirs, ours)}")
    print("\nNot taken from LAVA:")
    for name, reason in left_out.items():
        print(f"       {name}: {reason}")

    if explain:
        print(f"\nAll differences of {explain}:")
        for hits in [*comparison.hits.values(), comparison.unexplained]:
            for name, variation, path, theirs, ours in hits:
                if name == explain:
                    print(f"  {path} ({variation})\n    LAVA {shown(theirs)}\n    ours {shown(ours)}")
    for name, variation, path, theirs, ours in comparison.unexplained[:40]:
        print(f"\nunexplained: {name} ({variation}) {path}: {excerpt(theirs, ours)}")
    for problem in problems:
        print(f"\nproblem: {problem}")
    if comparison.unexplained or problems:
        print(f"\ntypes: {len(comparison.unexplained)} differences unexplained, {len(problems)} problems")
        return 1
    print("\ntypes: every difference has its reason")
    return 0


def excerpt(theirs, ours):
    """The first place where two values differ."""
    if isinstance(theirs, list) and isinstance(ours, list):
        for index in range(max(len(theirs), len(ours))):
            left = theirs[index] if index < len(theirs) else None
            right = ours[index] if index < len(ours) else None
            if left != right:
                return f"LAVA `{shown(left)}`, ours `{shown(right)}`"
    return f"LAVA `{shown(theirs)}`, ours `{shown(ours)}`"


if __name__ == "__main__":
    sys.exit(main())
